import type { KeyboardEvent } from 'react'

/** Whether a key belongs to the input method with which a word is written, such as the Enter that ends a Japanese word. */
export function isComposing({ nativeEvent, keyCode }: KeyboardEvent): boolean {
  // Safari ends the composition before the key that ended it
  return nativeEvent.isComposing || keyCode === 229
}
