import { hashes, suite } from "../kernel/suite.js";

/** What the kernel's suite found in one place: a version of Node or a browser. */
export interface PlaceResult {
  readonly passed: number;
  readonly failed: readonly { readonly name: string; readonly message: string }[];
  readonly hashes: Readonly<Record<string, string>>;
}

/** Runs every case and takes every digest. */
export async function runPlace(): Promise<PlaceResult> {
  const failed: { name: string; message: string }[] = [];
  for (const one of suite) {
    try {
      await one.run();
    } catch (error) {
      failed.push({ name: one.name, message: String(error) });
    }
  }
  const digests: Record<string, string> = {};
  for (const [name, take] of Object.entries(hashes)) digests[name] = await take();
  return { passed: suite.length - failed.length, failed, hashes: digests };
}
