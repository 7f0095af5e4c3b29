import { type Box, bodyOf } from '../boxes.ts'
import type { Patch, Turn } from '../types.ts'
import { type AvifMeta, type AvifProperties, readPrimaryItem } from './avif-boxes.ts'

/** Types of auxiliary pictures that are alpha. @see ISO/IEC 23000-22 §7.3.5.2; ISO/IEC 23008-12 annex B */
const alphaTypes = ['urn:mpeg:mpegB:cicp:systems:auxiliary:alpha', 'urn:mpeg:hevc:2015:auxid:1']

/** How a picture is turned that the decoder would turn without its alpha. */
export interface AvifTurn {
  readonly turn: Turn
  /** Changes after which the decoder turns nothing. */
  readonly patches: readonly Patch[]
}

/**
 * Writers often turn and mirror the colours alone, and viewers turn the alpha with them. The decoder does not.
 *
 * @param metaOffset offset in the file of the body of the `meta` box
 * @returns `undefined` if the decoder turns colours and alpha alike
 * @see ISO/IEC 23000-22 §7.3.5.2: the transformations of alpha are those of its master
 */
export function readAvifTurn(
  { meta, properties }: { readonly meta: AvifMeta; readonly properties: AvifProperties },
  metaOffset: number,
): AvifTurn | undefined {
  const { view } = meta
  const isTurn = ({ type }: Box) => type === 'irot' || type === 'imir'
  const isAlpha = (box: Box) => box.type === 'auxC' && alphaTypes.includes(readAuxiliaryType(view, box))
  const own = properties.get(readPrimaryItem(meta) ?? -1)?.filter(isTurn) ?? []
  const describe = (boxes: readonly Box[]) =>
    boxes.map(({ type, start }) => `${type} ${view.getUint8(start) & 3}`).join()
  const ofAlpha = [...properties.values()]
    .filter((boxes) => boxes.some(isAlpha))
    .map((boxes) => boxes.filter(isTurn))
  if (ofAlpha.every((boxes) => describe(boxes) === describe(own))) return undefined
  return {
    turn: combine(own.map(({ type, start }) => ({ type, value: view.getUint8(start) }))),
    // A turn by 0 in place of each: a box of the same size.
    patches: [...own, ...ofAlpha.flat()].map(({ start }) => ({
      offset: metaOffset + start - 4,
      bytes: Buffer.from('irot\0', 'latin1'),
    })),
  }
}

/** @see ISO/IEC 23008-12 §6.5.10 (irot: quarters anticlockwise), §6.5.12 (imir: 0 exchanges top and bottom, 1 the sides) */
function combine(boxes: readonly { readonly type: string; readonly value: number }[]): Turn {
  let turn = { isFlipped: false, degrees: 0 }
  for (const { type, value } of boxes)
    turn =
      type === 'irot'
        ? { ...turn, degrees: turn.degrees + 360 - 90 * (value & 3) }
        : { isFlipped: !turn.isFlipped, degrees: 360 + 180 * (value & 1) - (turn.degrees % 360) }
  return { ...turn, degrees: turn.degrees % 360 }
}

function readAuxiliaryType(view: DataView, box: Box): string {
  const body = bodyOf(view, box)
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1', 4)
  return text.split('\0', 1)[0] ?? ''
}
