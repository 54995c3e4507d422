import { accessSync, constants } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type Browser, launch, type Page } from "puppeteer-core";

export type BrowserName = "chromium" | "firefox";

/** What the browsers of systems are called; CHROMIUM_PATH and FIREFOX_PATH name others. */
const PROGRAMS: Readonly<Record<BrowserName, { readonly variable: string; readonly names: readonly string[] }>> = {
  chromium: {
    variable: "CHROMIUM_PATH",
    names: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "Google Chrome"],
  },
  firefox: { variable: "FIREFOX_PATH", names: ["firefox-esr", "firefox"] },
};

const FOLDERS = [
  ...(process.env.PATH ?? "").split(delimiter),
  "/usr/bin",
  "/usr/local/bin",
  "/snap/bin",
  "/Applications/Google Chrome.app/Contents/MacOS",
  "/Applications/Firefox.app/Contents/MacOS",
];

const LAUNCHES = 3;
const LAUNCH_TIME = 60_000;
const CLOSE_TIME = 10_000;

/** The path of a browser, or undefined where there is none. A path in the environment excludes all others. */
export function findBrowser(name: BrowserName): string | undefined {
  const { variable, names } = PROGRAMS[name];
  const chosen = process.env[variable];
  const candidates = chosen ? [chosen] : names.flatMap((program) => FOLDERS.map((folder) => join(folder, program)));
  return candidates.find(isProgram);
}

/**
 * Opens a page in a browser, hands it over, and closes what it opened, also after a failure.
 *
 * @param expected errors of the page that the test wants to see
 * @throws Error when the browser is missing, does not start three times, or when the page throws an error that nothing catches
 */
export async function withBrowser<T>(
  name: BrowserName,
  url: string,
  use: (page: Page) => Promise<T>,
  expected?: RegExp,
): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), "bptt-browser-"));
  let browser: Browser | undefined;
  try {
    browser = await start(name, home);
    const page = await browser.newPage();
    const uncaught = new Promise<never>((_, reject) => {
      page.on("pageerror", (error) => {
        const message = error instanceof Error ? error.message : String(error);
        // Firefox reports what a policy blocked here too; the page gets its own error, and may catch it
        if (!expected?.test(message) && !message.startsWith("Content-Security-Policy"))
          reject(new Error(`${name}: ${message}`));
      });
    });
    return await Promise.race([page.goto(url, { timeout: LAUNCH_TIME }).then(() => use(page)), uncaught]);
  } finally {
    if (browser) await stop(browser);
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What the page writes into itself, `document.body.dataset.result`; asking for it needs no code in the page that its policy forbids. */
export async function resultOf(page: Page, timeout: number): Promise<string> {
  for (const end = Date.now() + timeout; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const result = await page.evaluate(() => document.body?.dataset.result);
    if (result !== undefined) return result;
  }
  throw new Error(`${page.url()}: no result after ${timeout / 1000} s`);
}

async function start(name: BrowserName, home: string): Promise<Browser> {
  const executablePath = findBrowser(name);
  if (executablePath === undefined) throw new Error(`${name} is missing; install it or set ${PROGRAMS[name].variable}`);
  for (let attempt = 1; ; ++attempt) {
    try {
      return await launch({
        browser: name === "chromium" ? "chrome" : "firefox",
        executablePath,
        headless: true,
        args: name === "chromium" ? ["--no-sandbox", "--disable-background-networking"] : [],
        // Firefox refuses a home that belongs to somebody else, and neither browser has to see the user's.
        env: { ...process.env, HOME: home },
        timeout: LAUNCH_TIME,
        protocolTimeout: LAUNCH_TIME,
      });
    } catch (error) {
      if (attempt === LAUNCHES) throw error;
    }
  }
}

/** Asks the browser to close; one that does not answer is killed by its own handle. */
async function stop(browser: Browser): Promise<void> {
  const program = browser.process();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_TIME);
  });
  await Promise.race([browser.close().catch(() => {}), late]);
  clearTimeout(timer);
  if (program && program.exitCode === null && program.signalCode === null) program.kill("SIGKILL");
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
