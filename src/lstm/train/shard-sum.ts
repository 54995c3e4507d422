import { unreachable } from "../missing.js";

/** Updates have one part. */
export class ShardSum {
  constructor() {
    unreachable("shards");
  }
}
