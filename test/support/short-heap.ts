/**
 * The environment of a server with a small heap. With plenty of memory V8 collects garbage late; with a small heap, growing
 * memory is a leak.
 */
export const shortHeap = {
  NODE_OPTIONS: '--disable-warning=DEP0169 --max-semi-space-size=2 --max-old-space-size=96',
}
