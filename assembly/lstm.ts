// The door of the small kernel of bptt/lstm: what a host needs to train an LSTM tagger, and to answer with it.

export { lstmBackward, lstmForward } from "./cells/lstm";
export { dropoutApply, dropoutKeys } from "./layers/dropout";
export { distinctTokens, embeddingBackward, embeddingForward } from "./layers/embedding";
export { linearBackward, linearForward, linearPack, linearPackBack } from "./layers/linear";
export { recurrentPack, recurrentPackBack } from "./layers/recurrent";
export { crossEntropyBackward, crossEntropyForward, softmaxForward } from "./loss";
export { log, pow } from "./math";
export { heapBase } from "./memory";
export { gemmScratch, packedSize } from "./ops/door";
export { fill, firstNonFinite } from "./ops/vector";
export { adamStep } from "./optim/adam";
export { clipNorm } from "./optim/clip";
export { rowsAdd, rowsBeyond, rowsClear, rowsClipNorm, rowsClipValue, rowsMerge, rowsNorm } from "./optim/rows";
export { sgdStep } from "./optim/sgd";
export { randomNormal, randomUniform } from "./random";
