import { boxCode } from '../formats/boxes.ts'

/** Size of the header of a profile in bytes. */
export const iccHeaderByteSize = 128

const sizeAt = 0
const spaceAt = 16
const signatureAt = 36

/** What an ICC profile says about itself. */
export interface IccHeader {
  /** Of the whole profile, with this header. */
  readonly byteSize: number
  /** The colours whose numbers it converts. */
  readonly space: 'rgb' | 'grey' | 'other'
}

/**
 * Reads the header of an ICC profile.
 *
 * @param profile the header at least; untrusted
 * @returns `undefined` if this is no profile
 * @see ICC.1:2022 §7.2
 */
export function readIccHeader(profile: Uint8Array): IccHeader | undefined {
  if (profile.length < iccHeaderByteSize) return undefined
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength)
  if (view.getUint32(signatureAt) !== boxCode('acsp')) return undefined
  const space = spaces.get(view.getUint32(spaceAt)) ?? 'other'
  return { byteSize: view.getUint32(sizeAt), space }
}

const spaces = new Map<number, IccHeader['space']>([
  [boxCode('RGB '), 'rgb'],
  [boxCode('GRAY'), 'grey'],
])
