import { missing } from "../missing.js";

export class NetworkStream {
  constructor() {
    missing("stream");
  }
}

export const streamedStep = () => missing("stream");
