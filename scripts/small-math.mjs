// A transform for asc: AssemblyScript's small versions of exp, log and pow (5.7 kB in place of 15.7 kB of tables) without its shrink level,
// which would keep Binaryen from inlining the vector functions and make point-wise loops 2 to 8 times slower.
import { Transform } from "assemblyscript/transform";

export default class SmallMath extends Transform {
  afterInitialize(program) {
    const level = program.elementsByName.get("ASC_SHRINK_LEVEL");
    if (level?.constantIntegerValue === undefined) throw new Error("ASC_SHRINK_LEVEL: expected a constant; asc has changed, look for another way to its small mathematics");
    level.constantIntegerValue = typeof level.constantIntegerValue === "bigint" ? 1n : { low: 1, high: 0, unsigned: false };
  }
}
