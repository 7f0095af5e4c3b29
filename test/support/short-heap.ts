/**
 * The environment of a server whose heap is held short. The collector is lazy where memory is plenty; here, what grows
 * nevertheless is kept by somebody.
 */
export const shortHeap = { NODE_OPTIONS: '--max-semi-space-size=2 --max-old-space-size=96' }
