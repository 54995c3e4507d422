import type { SourceFile } from "./source.js";

/** A house rule with samples: it must refuse every bad one and pass every good one. */
export interface Rule {
  readonly claim: string;
  applies(path: string): boolean;
  /** One line for each offence: "path:line: what is wrong". */
  problems(file: SourceFile): string[];
  readonly bad: readonly Sample[];
  readonly good: readonly Sample[];
}

export interface Sample {
  readonly path: string;
  readonly text: string;
}
