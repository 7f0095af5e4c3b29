import { setFlagsFromString } from 'node:v8'

/**
 * Keeps the young part of V8's heap as large as it is now. V8 doubles it whenever much of it survives, as it does when a
 * thousand clients connect at once: up to 128 MiB, which stay. The 8 MiB that it has after a start serve as well.
 *
 * Of V8's flags for this only one is read after the start. To allow more, start Node with `--min-semi-space-size`.
 */
export function limitSemiSpace(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}
