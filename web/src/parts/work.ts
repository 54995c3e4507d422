import { say } from "../language.js";

/** What an error says, in its own words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const known = {
  BPTT_WASM: {
    en: "WebAssembly is not allowed or not complete here: the browser or its policy blocks it. Update the browser, or allow 'wasm-unsafe-eval'.",
    zh: "這裡不能執行 WebAssembly：被瀏覽器或其策略阻止，或版本太舊。請更新瀏覽器，或允許 'wasm-unsafe-eval'。",
  },
  BPTT_MEMORY: {
    en: "There is not enough memory. Choose a smaller network or less data.",
    zh: "記憶體不足。請選擇較小的網路或較少的資料。",
  },
};

/** What an error means for a reader: a sentence in the reader's language where the page knows it, then the error's own words. */
export function explain(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  const words = typeof code === "string" && code in known ? known[code as keyof typeof known] : undefined;
  return words ? `${say(words)} (${messageOf(error)})` : messageOf(error);
}
