/** What the room says of models of other tasks. */
export const words = {
  en: {
    next: "A saved model stands in the tagger’s place below: ask it. “Back to the tagger” brings back what this room trains.",
    others: "Other tasks",
    othersAbout:
      "“Open a model” takes classifiers and language models too. If you have no file, train a small one here, on the built-in requests, in a few seconds: a classifier that says which slots a request has, or a language model that writes requests.",
    makeClassifier: "Train a small classifier",
    makeLanguageModel: "Train a small language model",
    making: (step: number, steps: number, loss: string) =>
      steps === 0 ? "Preparing …" : `Step ${step} of ${steps} · loss ${loss}`,
    waits: (name: string) => `${name} is kept in this browser.`,
    bringBack: "Show it",
    isOpen: (kind: string) => `Open: ${kind}.`,
    back: "Back to the tagger",
    network: "Network",
    networkOf: (cell: string, layers: number, size: number, both: boolean) =>
      `${cell}, ${layers === 1 ? "" : `${layers} layers, `}${size} units${both ? " in each direction" : ""}`,
    parameters: "Parameters",
    labels: "Labels",
    classifiers: {
      one: "a classifier, one label for each text",
      many: "a classifier, any number of labels for each text",
    },
    text: "A text of yours",
    probabilities: "Probability of each label",
    none: "no label",
    and: ", ",
    quoted: (token: string) => `“${token}”`,
    each: "Each label has a probability of its own; those above 50 % are given.",
    units: {
      characters: {
        kind: "a language model of characters",
        known: "Characters it knows",
        length: "Characters to write",
        count: (count: number) => (count === 1 ? "1 character" : `${count} characters`),
        unknown: (list: string) =>
          `The model does not know ${list}. It reads each as the unknown character, which it never writes.`,
      },
      words: {
        kind: "a language model of words",
        known: "Words it knows",
        length: "Words to write",
        count: (count: number) => (count === 1 ? "1 word" : `${count} words`),
        unknown: (list: string) =>
          `The model does not know ${list}. It reads each as the unknown word, which it never writes.`,
      },
    },
    temperature: "Temperature",
    topK: "Top-k (0: all)",
    topP: "Top-p",
    seed: "Seed",
    writing: "Let it write",
    prompt: "Prompt; without one, the beginning of a line",
    generate: "Generate",
    stop: "Stop",
    isWriting: "Writing …",
    ended: {
      stopped: (count: string) => `Stopped behind ${count}.`,
      done: (count: string) =>
        `${count}. The same seed and settings write the same again, in every browser and in Node.`,
    },
    series: {
      kind: "a classifier of numeric series",
      about:
        "This classifier reads series of numbers. This room has only text to give it, so it cannot be asked here. Use it in a program, in Node or in a page: load the file with SequenceClassifier, then classify(series), one row of numbers for each step.",
    },
    forecaster: {
      kind: "a forecaster of numeric series",
      about:
        "A forecaster goes on with a series of numbers. This room has only text to give it, so it cannot be asked here. Use it on the command line, npx bptt forecast MODEL DATA, or in a program: load the file with Forecaster, then forecast(series), one row of numbers for each step.",
    },
    foreign: {
      kind: (task: string) => `a model of the task “${task}”`,
      about: (task: string) =>
        `This page knows taggers, classifiers and language models, but no task “${task}”. A later release saved this file: open it with that one.`,
    },
  },
  zh: {
    next: "下面打開的是一個存好的模型，可以直接試用。「回到標註器」會帶回這個房間自己的訓練。",
    others: "其他任務",
    othersAbout:
      "「開啟模型」也接受分類器和語言模型。沒有檔案的話，可以用內建的請求在這裡訓練一個小模型，只要幾秒：分類器說出一句請求含有哪些槽位，語言模型則自己寫出請求。",
    makeClassifier: "訓練小分類器",
    makeLanguageModel: "訓練小語言模型",
    making: (step: number, steps: number, loss: string) =>
      steps === 0 ? "正在準備……" : `第 ${step} 步，共 ${steps} 步 · 損失 ${loss}`,
    waits: (name: string) => `此瀏覽器保存著 ${name}。`,
    bringBack: "顯示它",
    isOpen: (kind: string) => `已開啟：${kind}。`,
    back: "回到標註器",
    network: "網路",
    networkOf: (cell: string, layers: number, size: number, both: boolean) =>
      `${cell}，${layers === 1 ? "" : `${layers} 層，`}${both ? "每個方向 " : ""}${size} 個單元`,
    parameters: "參數",
    labels: "標籤數",
    classifiers: { one: "分類器，每段文字一個標籤", many: "分類器，每段文字可有任意多個標籤" },
    text: "輸入一段文字",
    probabilities: "每個標籤的機率",
    none: "沒有標籤",
    and: "、",
    quoted: (token: string) => `「${token}」`,
    each: "每個標籤各有自己的機率，高於 50 % 的就會給出。",
    units: {
      characters: {
        kind: "以字元為單位的語言模型",
        known: "認得的字元",
        length: "要寫的字元數",
        count: (count: number) => `${count} 個字元`,
        unknown: (list: string) => `模型不認得${list}，會把它們都讀作未知字元，而且從不寫出未知字元。`,
      },
      words: {
        kind: "以詞為單位的語言模型",
        known: "認得的詞",
        length: "要寫的詞數",
        count: (count: number) => `${count} 個詞`,
        unknown: (list: string) => `模型不認得${list}，會把它們都讀作未知詞，而且從不寫出未知詞。`,
      },
    },
    temperature: "溫度",
    topK: "Top-k（0：全部）",
    topP: "Top-p",
    seed: "隨機種子",
    writing: "讓它寫",
    prompt: "開頭的文字；留空則從一行的開頭寫起",
    generate: "生成",
    stop: "停止",
    isWriting: "正在寫……",
    ended: {
      stopped: (count: string) => `寫了 ${count}後停止。`,
      done: (count: string) => `共 ${count}。同樣的種子和設定，在任何瀏覽器和 Node 中都寫出同樣的文字。`,
    },
    series: {
      kind: "數值序列的分類器",
      about:
        "這個分類器讀的是數值序列，而這個房間只能給它文字，所以在這裡無法使用。請在程式裡使用（Node 或網頁皆可）：用 SequenceClassifier 載入檔案，再呼叫 classify(series)，每一步一列數字。",
    },
    forecaster: {
      kind: "數值序列的預測器",
      about:
        "預測器接著一串數值往下預測，而這個房間只能給它文字，所以在這裡無法使用。請在命令列使用 npx bptt forecast MODEL DATA，或在程式裡用 Forecaster 載入檔案，再呼叫 forecast(series)，每一步一列數字。",
    },
    foreign: {
      kind: (task: string) => `任務「${task}」的模型`,
      about: (task: string) =>
        `本頁認得標註器、分類器和語言模型，不認得任務「${task}」。這個檔案由較新的版本儲存，請用那個版本開啟。`,
    },
  },
};
