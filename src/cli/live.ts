import { stat } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import open from "open";
import { readRun } from "../node.js";
import { reportMain, reportPage } from "../report/index.js";

/** How long the page has to ask for the last state. */
const FAREWELL = 3000;

/** The page's own style and script, and nothing from elsewhere. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src 'self' data:";

/**
 * Serves the report of runs on this machine, drawn anew whenever they have changed, and opens it in the browser.
 *
 * @param options `follow`: until the standard input ends, and the page has the state of then; else until the process is ended
 */
export async function serveReport(paths: readonly string[], { follow = false }: { follow?: boolean }): Promise<void> {
  const live = new LiveReport(paths);
  await live.page();
  const { server, address } = await listen(live);
  process.stdout.write(`the report is drawn live at ${address}\n`);
  // without a browser the address is enough
  await open(address).then(
    (browser) => browser.on("error", () => {}),
    () => undefined,
  );
  if (!follow) return;
  // Ctrl-C is for the training, which then ends this process's input
  process.on("SIGINT", () => {});
  await new Promise<void>((ended) =>
    process.stdin
      .once("end", ended)
      .once("error", () => ended())
      .resume(),
  );
  const asked = live.nextQuestion();
  await Promise.race([asked, new Promise((late) => setTimeout(late, FAREWELL).unref())]);
  server.close();
  server.closeAllConnections();
  process.exit();
}

/** What the page shows, as the runs are now. */
class LiveReport {
  readonly #paths: readonly string[];
  #state = "";
  #main = "";
  #asked: (() => void) | undefined;

  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  async page(): Promise<string> {
    return reportPage(await this.#runs(), { live: true });
  }

  async main(): Promise<string> {
    const state = await this.#stateNow();
    if (state !== this.#state) this.#main = reportMain(await this.#runs());
    this.#state = state;
    return this.#main;
  }

  /** When the page has been given an answer to a question that it asks from now on. */
  nextQuestion(): Promise<void> {
    return new Promise((resolve) => {
      this.#asked = resolve;
    });
  }

  answered(): void {
    this.#asked?.();
  }

  #runs() {
    return Promise.all(this.#paths.map(readRun));
  }

  async #stateNow(): Promise<string> {
    const names = this.#paths.flatMap((path) => ["reports.jsonl", "lock"].map((name) => join(path, name)));
    const states = await Promise.all(names.map((name) => stat(name).catch(() => undefined)));
    return states.map((state) => `${state?.size} ${state?.mtimeMs}`).join();
  }
}

async function listen(live: LiveReport): Promise<{ server: Server; address: string }> {
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    // a page of elsewhere whose name leads here
    if (request.headers.host !== `127.0.0.1:${port}`) return void response.writeHead(403).end();
    const draw = { "/": () => live.page(), "/main": () => live.main() }[request.url ?? ""];
    if (draw === undefined) return void response.writeHead(404).end();
    const asked = request.url === "/main";
    draw().then(
      (text) => answer(response, 200, text).then(() => asked && live.answered()),
      (error: unknown) => answer(response, 500, error instanceof Error ? error.message : String(error)),
    );
  });
  await new Promise<void>((ready, failed) => server.once("error", failed).listen(0, "127.0.0.1", ready));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

function answer(response: ServerResponse, code: number, text: string): Promise<void> {
  const type = code === 200 ? "text/html" : "text/plain";
  const headers = {
    "content-type": `${type}; charset=utf-8`,
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  };
  return new Promise((done) => response.writeHead(code, headers).end(text, () => done()));
}
