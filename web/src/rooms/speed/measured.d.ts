/** Written by web/measured.ts. */
declare module "virtual:measured" {
  /** The wasm of the peak loop, as base64. */
  export const peak: string;
  /** The digest of the model's file after ten steps of training in Node. */
  export const known: { readonly version: string; readonly digest: string };
}
