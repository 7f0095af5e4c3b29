import { setFlagsFromString } from 'node:v8'

/**
 * Limits the young part of V8's heap to its current size. V8 doubles it whenever many objects survive, for example when a
 * thousand clients connect at once: up to 128 MiB, which are never released. The 8 MiB after a start are as fast.
 *
 * V8 reads only one of its flags for this after the start. To allow more, start Node with `--min-semi-space-size`.
 */
export function limitSemiSpace(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}
