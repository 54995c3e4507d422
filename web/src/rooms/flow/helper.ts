import type { Reply, Request } from "./messages.js";

/** A worker of the room, and how to end it. */
export interface Helper {
  readonly ask: (request: Request) => void;
  readonly end: () => void;
}

/** Starts a worker. After its end nothing is heard of it any more. */
export function startHelper(hear: (reply: Reply) => void): Helper {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  let hasEnded = false;
  worker.onmessage = ({ data }: MessageEvent<Reply>) => {
    if (!hasEnded) hear(data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    if (!hasEnded) hear({ type: "problem", message: event.message || "worker.js", code: undefined });
  };
  return {
    ask: (request) => worker.postMessage(request),
    end: () => {
      hasEnded = true;
      worker.terminate();
    },
  };
}
