/** How threads are started and heard: Web Workers where there are any, worker_threads in Node. No other file of src/worker knows which it is. */

import { type CodedError, plainError, show, typeError } from "../check.js";
import { threadCode } from "./code.js";

/** One end of a line between two threads. */
export interface Channel {
  /** Sends a message; the buffers and ports of `transfer` move. */
  post(message: unknown, transfer: readonly Transferable[]): void;
  /** onEnd: the other side is gone, and why. */
  listen(onMessage: (message: unknown) => void, onEnd: (cause: Error) => void): void;
  /** Whether the program has to stay alive for an answer (Node). */
  hold(isBusy: boolean): void;
  end(): Promise<void>;
}

/** A Web Worker, or one of Node's worker_threads, that runs `bptt/worker-thread`. */
export type ThreadWorker = Worker | NodeWorker;

/** What bptt uses of Node's class Worker. */
export interface NodeWorker {
  postMessage(message: unknown, transfer?: readonly never[]): void;
  on(event: string, listener: (value: unknown) => void): unknown;
  ref(): void;
  unref(): void;
  terminate(): Promise<number>;
}

/**
 * A new thread, from the code inside this package or from the caller's `make`.
 *
 * @throws Error BPTT_WORKER where no thread can be started
 */
export function startThread(make?: () => ThreadWorker): Channel {
  if (make !== undefined) return channelOf(made(make), undefined);
  if (typeof Worker === "function") {
    const url = URL.createObjectURL(new Blob([threadCode], { type: "text/javascript" }));
    try {
      return webChannel(new Worker(url, { name: "bptt" }), url);
    } catch (error) {
      throw blocked(String(error), error);
    }
  }
  const threads = nodeThreads();
  if (threads === undefined)
    throw plainError(
      "BPTT_WORKER",
      "This runtime has neither Web Workers nor Node's worker_threads; import bptt instead",
    );
  // without the program's own flags: a loader or a debugger is not for this code
  return nodeChannel(new threads.Worker(threadCode, { eval: true, execArgv: [], name: "bptt" }));
}

/** The line from inside a thread to whoever started it. */
export function ownChannel(): Channel {
  const port: unknown = nodeThreads()?.parentPort;
  if (port) return portChannel(port as WebPort);
  const scope = globalThis as typeof globalThis & WebPort;
  return {
    post: (message, transfer) => scope.postMessage(message, [...transfer]),
    listen: (onMessage) => {
      scope.onmessage = ({ data }: MessageEvent) => onMessage(data);
    },
    hold: () => {},
    end: async () => scope.close(),
  };
}

/** A line over one port of a MessageChannel. */
export function portChannel(port: WebPort): Channel {
  return {
    post: (message, transfer) => port.postMessage(message, [...transfer]),
    listen: (onMessage, onEnd) => {
      port.onmessage = ({ data }: MessageEvent) => onMessage(data);
      port.onmessageerror = () => onEnd(plainError("BPTT_WORKER", "a message could not be read"));
      // not in every browser; there the thread's owner tells
      port.addEventListener("close", () => onEnd(plainError("BPTT_WORKER", "the port was closed")));
    },
    hold: () => {},
    end: async () => port.close(),
  };
}

/** What Node's and the web's ports have in common. */
export type WebPort = Pick<MessagePort, "postMessage" | "onmessage" | "onmessageerror" | "addEventListener" | "close">;

function made(make: () => ThreadWorker): ThreadWorker {
  if (typeof make !== "function")
    throw typeError("BPTT_OPTION", `worker: expected a function that makes a Worker, got ${show(make)}`);
  const worker: unknown = make();
  if (typeof worker === "object" && worker !== null && "postMessage" in worker && "terminate" in worker)
    return worker as ThreadWorker;
  throw typeError("BPTT_OPTION", `worker: expected a function that makes a Worker, got one that makes ${show(worker)}`);
}

function channelOf(worker: ThreadWorker, url: string | undefined): Channel {
  return "on" in worker ? nodeChannel(worker) : webChannel(worker, url);
}

function webChannel(worker: Worker, url: string | undefined): Channel {
  let isReady = false;
  const forget = () => {
    if (url !== undefined) URL.revokeObjectURL(url);
  };
  return {
    post: (message, transfer) => worker.postMessage(message, [...transfer]),
    listen: (onMessage, onEnd) => {
      worker.onmessage = ({ data }) => {
        // the thread's first message: its code was loaded
        if (!isReady) forget();
        isReady = true;
        onMessage(data);
      };
      worker.onerror = (event) => {
        event.preventDefault?.();
        forget();
        const what = event.message || "no message";
        onEnd(isReady || url === undefined ? ended(what) : blocked(what));
      };
      worker.onmessageerror = () => onEnd(ended("a message could not be read"));
    },
    hold: () => {},
    end: async () => {
      forget();
      worker.terminate();
    },
  };
}

function nodeChannel(worker: NodeWorker): Channel {
  worker.unref();
  return {
    post: (message, transfer) => worker.postMessage(message, transfer as readonly never[]),
    listen: (onMessage, onEnd) => {
      worker.on("message", onMessage);
      worker.on("error", (error) =>
        onEnd(
          error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY"
            ? plainError(
                "BPTT_MEMORY",
                "The worker ran out of memory; use fewer examples, or start Node with a larger heap",
                error,
              )
            : ended(String(error), error),
        ),
      );
      worker.on("exit", (code) => onEnd(ended(`exit code ${code}`)));
    },
    hold: (isBusy) => (isBusy ? worker.ref() : worker.unref()),
    end: async () => {
      await worker.terminate();
    },
  };
}

/** Asked for when it is used, so that neither bundlers nor browsers look for it. */
const nodeThreads = () => globalThis.process?.getBuiltinModule?.("node:worker_threads");

const ended = (what: string, cause?: unknown): CodedError =>
  plainError(
    "BPTT_WORKER",
    `The worker has ended (${what}); make a new one, and load the model from its last file`,
    cause,
  );

const blocked = (what: string, cause?: unknown): CodedError =>
  plainError(
    "BPTT_WORKER",
    `The worker cannot be started from a blob: address (${what}); the page's content policy forbids it perhaps. Allow worker-src blob:, ` +
      'or give { worker: () => new Worker(new URL("bptt/worker-thread", import.meta.url), { type: "module" }) }',
    cause,
  );
