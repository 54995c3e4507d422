import { render } from "preact";
import { Page } from "./page.js";
import "./style.css";

render(<Page />, window.document.getElementById("page") as HTMLElement);

// Kept for later without a network. A page that is opened as a file has none, and needs none.
if (import.meta.env.PROD && "serviceWorker" in navigator && window.location.protocol.startsWith("http"))
  window.addEventListener("load", () => void navigator.serviceWorker.register("./offline.js").catch(() => {}));
