import { instantiateLab, type LabKernel } from "../kernel/load.js";
import { Arena } from "../kernel/memory.js";
import { kernelText } from "./binary.js";

export type LabArena = Arena<LabKernel>;

/** A fresh instance of the laboratory's kernel, with a memory of its own. */
export const openLab = async (): Promise<LabArena> => new Arena(await instantiateLab(kernelText));
