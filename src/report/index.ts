export { reportMain, reportPage } from "./page.js";
