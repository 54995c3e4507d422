import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import open from "open";
import { plainError } from "../../check.js";
import { saveFile } from "../../node.js";
import { type Picture, pictureSvg, picturesPage } from "../../pictures/index.js";

interface Places {
  readonly title: string;
  readonly about: string;
  readonly command: string;
  /** The page; without it pictures go into files alone. */
  readonly output?: string | undefined;
  readonly svg?: string | undefined;
  readonly svgWidth?: number | undefined;
  readonly open: boolean;
}

/** The script that stands in reports with a view that can be turned, beside this file once it is bundled. */
const RELIEF = new URL("./pictures/relief.min.js", import.meta.url);

/** Writes a page and, if wanted, each picture as a file; says where they went. */
export async function writePictures(pictures: readonly Picture[], places: Places): Promise<string[]> {
  const { title, about, command, output, svg, svgWidth: width } = places;
  const { document } = parseHTML("<html><body></body></html>");
  const turns = pictures.some(({ relief }) => relief !== undefined);
  const script = turns ? { script: await readFile(RELIEF, "utf8") } : {};
  const told: string[] = [];
  if (output !== undefined) {
    await save(output, picturesPage(pictures, { title, about, command, document, ...script }));
    told.push(`the report went to ${output}`);
  }
  if (svg !== undefined) {
    await mkdir(svg, { recursive: true }).catch((error) => {
      throw plainError("BPTT_FILE", `--svg: the folder ${svg} cannot be made; give another`, error);
    });
    const files = pictures.flatMap((picture) => {
      const text = pictureSvg(picture, { document, command, ...(width !== undefined && { width }) });
      return text === undefined ? [] : [{ place: join(svg, `${picture.name}.svg`), text }];
    });
    for (const { place, text } of files) await save(place, text);
    told.push(`${files.length} ${files.length === 1 ? "picture" : "pictures"} went to ${svg}`);
  }
  if (places.open && output !== undefined) {
    // without a browser the file is enough
    const browser = await open(output).catch(() => undefined);
    browser?.on("error", () => {});
  }
  return told;
}

const save = (path: string, text: string): Promise<void> => saveFile(path, new TextEncoder().encode(text));
