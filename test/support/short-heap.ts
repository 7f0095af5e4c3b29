/**
 * The environment of a server whose heap is held short. The collector is lazy when memory is plentiful; here, memory
 * that still grows is a leak.
 */
export const shortHeap = {
  NODE_OPTIONS: '--disable-warning=DEP0169 --max-semi-space-size=2 --max-old-space-size=96',
}
