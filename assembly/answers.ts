// The inner door: what a host needs to answer with a trained network. The small kernel of bptt/tag has these exports alone; the whole one has them too.

export { clockworkForward, clockworkPack } from "./cells/clockwork";
export { rnnLinearForward, rnnReluForward, rnnTanhForward } from "./cells/elman";
export { gruAfterForward, gruBeforeForward } from "./cells/gru";
export { lstmForward } from "./cells/lstm";
export { scrnForward, scrnPack } from "./cells/scrn";
export { distinctTokens, embeddingForward } from "./layers/embedding";
export { linearForward, linearPack } from "./layers/linear";
export { recurrentPack } from "./layers/recurrent";
export { softmaxForward } from "./loss";
export { log } from "./math";
export { heapBase } from "./memory";
export { gemmScratch, packedSize } from "./ops/door";
export { add, broadcastRow, fill } from "./ops/vector";
export { randomNormal, randomUniform } from "./random";
