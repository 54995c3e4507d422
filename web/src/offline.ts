/// <reference lib="webworker" />
// The service worker: keeps all files of the page, so that it opens without a network, and isolates the page on servers that set no headers.

import { addPlugins, precacheAndRoute } from "workbox-precaching";

declare const self: ServiceWorkerGlobalScope;
/** All files with the hash of each, put here by vite.config.ts. */
declare const __FILES__: { url: string; revision: string }[];

addPlugins([
  {
    async handlerWillRespond({ response }) {
      const headers = new Headers(response.headers);
      headers.set("Cross-Origin-Opener-Policy", "same-origin");
      headers.set("Cross-Origin-Embedder-Policy", "require-corp");
      return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
    },
  },
]);
precacheAndRoute(__FILES__);
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
