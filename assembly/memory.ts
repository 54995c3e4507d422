/** The first free byte: everything above belongs to the host, which plans the memory. */
export function heapBase(): usize {
  return __heap_base;
}
