import { existsSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Random } from "../src/random.js";
import { normalize } from "../src/text/normalize.js";
import { chooseTokenizer, isPortable, TOKENIZERS, type TokenizerName, tokenize } from "../src/text/tokenizer.js";

const cut = (text: string, tokenizer: TokenizerName = "words") => tokenize(text, tokenizer).map((token) => token.text);

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("words", () => {
  test("white space and punctuation part words", () => {
    expect(cut("arrive Taipei, (on November 2nd)!")).toEqual([
      "arrive",
      "Taipei",
      ",",
      "(",
      "on",
      "November",
      "2nd",
      ")",
      "!",
    ]);
    expect(cut("C++ AT&T ... 3%")).toEqual(["C", "+", "+", "AT", "&", "T", ".", ".", ".", "3", "%"]);
  });

  test("marks inside a word stay inside it", () => {
    expect(cut("I don't fly from New-York")).toEqual(["I", "don't", "fly", "from", "New-York"]);
    expect(cut("don\u2019t user_name col\u00B7lega rock'n'roll")).toEqual([
      "don\u2019t",
      "user_name",
      "col\u00B7lega",
      "rock'n'roll",
    ]);
    expect(cut("'quoted' well--known -5 _x_")).toEqual([
      "'",
      "quoted",
      "'",
      "well",
      "-",
      "-",
      "known",
      "-",
      "5",
      "_",
      "x",
      "_",
    ]);
  });

  test("numbers, times and dates keep their marks, a final full stop is apart", () => {
    expect(cut("$3.50, 1,000.25 at 10:30 on 2/6/2020.")).toEqual([
      "$",
      "3.50",
      ",",
      "1,000.25",
      "at",
      "10:30",
      "on",
      "2/6/2020",
      ".",
    ]);
    expect(cut("CA181 5pm x.y a:b")).toEqual(["CA181", "5pm", "x.y", "a", ":", "b"]);
  });

  test("single letters with dots stay together, names of hosts do not", () => {
    expect(cut("5 p.m. in the U.S.A now.")).toEqual(["5", "p.m.", "in", "the", "U.S.A", "now", "."]);
    expect(cut("a.b.com")).toEqual(["a", ".", "b", ".", "com"]);
  });

  test("scripts without spaces give one token for each character", () => {
    expect(cut("11月2日从北京飞往New York，CA181。")).toEqual([
      "11",
      "月",
      "2",
      "日",
      "从",
      "北",
      "京",
      "飞",
      "往",
      "New",
      "York",
      "，",
      "CA181",
      "。",
    ]);
    expect(cut("タワーへ行く")).toEqual(["タ", "ワ", "ー", "へ", "行", "く"]);
    expect(cut("\u0E2A\u0E27\u0E31\u0E2A")).toEqual(["\u0E2A", "\u0E27\u0E31", "\u0E2A"]);
    expect(cut("서울에 가요")).toEqual(["서울에", "가요"]);
  });
});

describe("characters", () => {
  test("every character is a token and white space is none", () => {
    expect(cut("飞 CA18\u3000，", "characters")).toEqual(["飞", "C", "A", "1", "8", "，"]);
  });

  test("a character keeps what belongs to it: marks, selectors, skin tones, joined emoji, flags, Korean syllables", () => {
    const units = [
      "e\u0301",
      "\u2764\uFE0F",
      "\u{1F44D}\u{1F3FD}",
      "\u{1F469}\u200D\u{1F469}\u200D\u{1F467}",
      "\u{1F3F4}\u{E0067}\u{E0062}\u{E007F}",
      "\u{1F1F9}\u{1F1FC}",
      "\u{1F1EF}\u{1F1F5}",
      "1\uFE0F\u20E3",
      "\u1112\u1161\u11AB",
      "\u{20BB7}",
      "\u8FBB\u{E0100}",
      "\u0928\u093F",
    ];
    expect(cut(units.join(""), "characters")).toEqual(units);
    expect(cut(units.join(" "), "words")).toEqual(units);
  });
});

describe("other tokenisers", () => {
  test("whitespace: runs of anything else", () => {
    expect(cut(" a.b\u00A0 \uFEFFc,\td\r\n", "whitespace")).toEqual(["a.b", "c,", "d"]);
  });

  test("segmenter: words and punctuation, no white space, and not portable", () => {
    expect(cut("arrive Taipei, now", "segmenter")).toEqual(["arrive", "Taipei", ",", "now"]);
    expect(TOKENIZERS.filter((name) => !isPortable(name))).toEqual(["segmenter"]);
  });

  test("segmenter: an engine without Intl.Segmenter is told so", () => {
    vi.stubGlobal("Intl", {});
    expect(() => tokenize("a", "segmenter")).toThrow(
      expect.objectContaining({
        code: "BPTT_OPTION",
        message: expect.stringMatching(/needs Intl\.Segmenter, .* or "words"/),
      }),
    );
  });

  test("unknown tokenisers and texts that are no strings are refused", () => {
    expect(() => tokenize("a", JSON.parse('"word"'))).toThrow(
      'tokenizer: expected one of "words", "characters", "whitespace", "segmenter", got "word"',
    );
    expect(() => tokenize(JSON.parse("5"), "words")).toThrow("text: expected a string, got 5");
  });
});

describe("every tokeniser", () => {
  const pieces = [
    ..."ab1'-_.,:/ \t\n北つター\u0E2A\u0E31가\u1112\u1161\u11ABé\u0301\u0308İßΣ",
    "\u{1F469}\u200D\u{1F467}",
    "\u{1F3FD}",
    "\u{1F1F9}",
    "\u200D",
    "\u200B",
    "\u200F",
    "\u00AD",
    "\u00A0",
    "\uFEFF",
    "\uFE0F",
    "\u05E9\u05DC\u05D5",
    "\u0661\u066B",
    "\uD800",
    "\uDC00",
    "\0",
    "\u{10FFFF}",
    "\u{1D49C}",
    "p.m.",
    "3.5",
  ];

  test.each(TOKENIZERS)(
    "%s: offsets give back the token, in order, and only white space and invisible characters are lost",
    (name) => {
      const random = new Random(1, name);
      for (let round = 0; round < 2000; ++round) {
        const text = Array.from({ length: random.below(14) }, () => random.pick(pieces)).join("");
        let position = 0;
        for (const { text: token, start, end } of tokenize(text, name)) {
          expect(text.slice(start, end)).toBe(token);
          expect(start).toBeGreaterThanOrEqual(position);
          expect(end).toBeGreaterThan(start);
          expect(text.slice(position, start)).toMatch(/^[\s\p{Cc}\p{Cf}]*$/u);
          position = end;
        }
        expect(text.slice(position)).toMatch(/^[\s\p{Cc}\p{Cf}]*$/u);
      }
    },
  );

  test.each(["words", "characters", "whitespace"] as const)(
    "%s: no text is too long or too strange for the engine's stack",
    (name) => {
      for (const piece of [
        "a",
        "a-",
        "a.",
        "\u0301",
        "\u1112",
        "_",
        "\u00AD",
        "\u{1F469}\u200D",
        "\u{1D49C}",
        " ",
        "北",
      ])
        expect(tokenize(`e${piece.repeat(300_000)}`, name).length).toBeGreaterThan(0);
    },
  );

  test.each(TOKENIZERS)("%s: nothing comes from an empty text or from white space", (name) => {
    expect(tokenize("", name)).toEqual([]);
    expect(tokenize(" \t\r\n\u00A0\u3000\uFEFF", name)).toEqual([]);
  });
});

describe("chooseTokenizer", () => {
  test("texts: characters if most letters are Han, else words", () => {
    expect(chooseTokenizer([{ text: "飞往北京 CA181" }])).toBe("characters");
    expect(chooseTokenizer([{ text: "fly to Beijing (北京)" }])).toBe("words");
    expect(chooseTokenizer([])).toBe("words");
  });

  test("tokens: what gives the very tokens back, else whitespace", () => {
    expect(chooseTokenizer([{ tokens: ["arrive", "Taipei", "!"] }, { text: "a.b" }])).toBe("words");
    expect(chooseTokenizer([{ tokens: ["arrive", "Taipei"] }, { tokens: ["it", "'s"] }])).toBe("whitespace");
    expect(chooseTokenizer([{ tokens: ["飞", "往", "北", "京"] }])).toBe("characters");
    expect(chooseTokenizer([{ tokens: ["飞往", "北京"] }])).toBe("whitespace");
  });

  test("a generator of examples is read once", () => {
    function* examples() {
      yield { tokens: ["arrive", "Taipei"] };
      yield { tokens: ["Taipei."] };
    }
    expect(chooseTokenizer(examples())).toBe("whitespace");
  });
});

const chinese = new URL("../../shared/data/xsid/zh.test.conll", import.meta.url);

describe.skipIf(!existsSync(chinese))("xSID, Chinese part", () => {
  const file = existsSync(chinese) ? readFileSync(chinese, "utf8") : "";

  test("characters: each sentence is its characters without white space, and Latin words stay whole under words", () => {
    const texts = [...file.matchAll(/^# text = (.*)$/gm)].map((match) => match[1] ?? "");
    expect(texts.length).toBe(500);
    for (const text of texts) {
      expect(cut(text, "characters")).toEqual([...text.replace(/\s/g, "")]);
      expect(cut(text, "words").join("")).toBe(text.replace(/\s/g, ""));
    }
    expect(chooseTokenizer(texts.map((text) => ({ text })))).toBe("characters");
  });

  test("its own tokens are words of several characters, so whitespace is chosen", () => {
    const tokens = [...file.matchAll(/^\d+\t([^\t]+)\t/gm)].map((match) => match[1] ?? "");
    expect(tokens.length).toBeGreaterThan(2000);
    expect(chooseTokenizer([{ tokens }])).toBe("whitespace");
  });
});

describe("normalize", () => {
  test("lower case does not depend on the place and may change the length", () => {
    expect(normalize("TAIPEI", { lowercase: true, digits: false })).toBe("taipei");
    expect(normalize("I\u0130", { lowercase: true, digits: false })).toBe("ii\u0307");
    const text = "\u0130\u0130 \u0130zmir'e";
    expect(tokenize(text, "words").map(({ start, end }) => [start, end])).toEqual([
      [0, 2],
      [3, 10],
    ]);
  });

  test("every digit of any script becomes DIGIT", () => {
    expect(normalize("2Nd", { lowercase: true, digits: true })).toBe("DIGITnd");
    expect(normalize("10:\u0663\uFF15\u{1D7D8}", { lowercase: false, digits: true })).toBe(
      "DIGITDIGIT:DIGITDIGITDIGIT",
    );
    expect(normalize("2Nd", { lowercase: false, digits: false })).toBe("2Nd");
  });
});
