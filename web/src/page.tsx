import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { language, page, say } from "./language.js";
import { Notice } from "./parts/notice.js";
import { messageOf } from "./parts/work.js";
import { type RoomEntry, rooms } from "./rooms.js";
import { linkTo, room } from "./settings.js";

const words = {
  en: {
    about: "Recurrent neural networks, trained in this browser",
    rooms: "Rooms",
    skip: "To the content",
    language: "中文",
    languageLabel: "中文: switch to Chinese",
    theme: { auto: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" },
    loading: "Loading …",
    failed: "This room could not be loaded. Check the network and try again.",
    again: "Try again",
  },
  zh: {
    about: "就在這個瀏覽器裡訓練迴圈神經網路",
    rooms: "房間",
    skip: "跳到正文",
    language: "English",
    languageLabel: "English：切換到英文",
    theme: { auto: "主題：跟隨系統", light: "主題：淺色", dark: "主題：深色" },
    loading: "正在載入……",
    failed: "這個房間載入失敗。請檢查網路後重試。",
    again: "重試",
  },
};

const NEXT = { auto: "light", light: "dark", dark: "auto" } as const;
const MARK = { auto: "◐", light: "☀", dark: "☾" } as const;

const opened = signal<Readonly<Record<string, ComponentType>>>({});
const failure = signal<string | undefined>(undefined);

async function open({ name, open: load }: RoomEntry): Promise<void> {
  failure.value = undefined;
  try {
    const component = await load();
    opened.value = { ...opened.value, [name]: component };
  } catch (error) {
    failure.value = messageOf(error);
  }
}

export function Page() {
  const entry = rooms.find(({ name }) => name === room.value) ?? (rooms[0] as RoomEntry);
  const t = say(words);
  useEffect(() => {
    if (room.value !== entry.name) window.history.replaceState(null, "", linkTo(entry.name));
    window.document.title = `${say(entry.title)} · bptt`;
    if (opened.value[entry.name] === undefined) void open(entry);
  }, [entry, language()]);
  const Room = opened.value[entry.name];
  return (
    <>
      <button
        type="button"
        class="skip"
        onClick={() => {
          window.document.getElementById("content")?.focus();
        }}
      >
        {t.skip}
      </button>
      <header class="top">
        <a class="name" href={linkTo(entry.name)}>
          bptt <small>{t.about}</small>
        </a>
        <nav aria-label={t.rooms}>
          {rooms.map(({ name, title }) => (
            <a key={name} href={linkTo(name)} aria-current={name === entry.name ? "page" : undefined}>
              {say(title)}
            </a>
          ))}
        </nav>
        <div class="chosen">
          <button
            type="button"
            aria-label={t.theme[page.theme.value]}
            title={t.theme[page.theme.value]}
            onClick={() => {
              page.theme.value = NEXT[page.theme.value];
            }}
          >
            {MARK[page.theme.value]}
          </button>
          <button
            type="button"
            aria-label={t.languageLabel}
            lang={language() === "en" ? "zh-Hant" : "en"}
            onClick={() => {
              page.lang.value = language() === "en" ? "zh" : "en";
            }}
          >
            {t.language}
          </button>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        {failure.value !== undefined && (
          <Notice kind="error" action={{ text: t.again, onClick: () => void open(entry) }}>
            {t.failed} ({failure.value})
          </Notice>
        )}
        {Room ? <Room /> : failure.value === undefined && <p role="status">{t.loading}</p>}
      </main>
    </>
  );
}
