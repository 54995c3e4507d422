export type { Key } from "../drawing/figure.js";
export { pictureHtml } from "./html.js";
export { neuronPictures, neuronSweepPicture } from "./neuron.js";
export { type PageOptions, picturesPage } from "./page.js";
export type { Panel, Picture } from "./picture.js";
export type { Relief, ReliefAxis, ReliefPath } from "./relief/relief.js";
export { pictureSvg } from "./svg.js";
