import type { Size } from '../image.ts'
import type { AvifProperties } from './avif-properties.ts'
import type { Box } from './boxes.ts'

/**
 * The size at which an AVIF is displayed: its primary item's, cut and turned in the order of its properties. EXIF
 * does not turn it once more. `undefined` where it has no primary item or that has no size.
 *
 * @throws RangeError where a box ends too early
 * @see ISO/IEC 23008-12 §6.5.3 (ispe), §6.5.9 (clap), §6.5.10 (irot); §8.11.4 of ISO/IEC 14496-12 (pitm)
 */
export function readAvifSize(
  view: DataView,
  children: readonly Box[],
  properties: AvifProperties,
): Size | undefined {
  const pitm = children.find(({ type }) => type === 'pitm')
  if (!pitm) return undefined
  const isWide = view.getUint8(pitm.start) > 0
  const primary = isWide ? view.getUint32(pitm.start + 4) : view.getUint16(pitm.start + 4)
  let size: Size | undefined
  for (const { type, start } of properties.get(primary) ?? []) {
    if (type === 'ispe') size ??= { width: view.getUint32(start + 4), height: view.getUint32(start + 8) }
  }
  for (const { type, start } of properties.get(primary) ?? []) {
    if (type === 'clap') size = { width: ratioAt(view, start), height: ratioAt(view, start + 8) }
    const isQuarterTurn = type === 'irot' && (view.getUint8(start) & 1) === 1
    if (isQuarterTurn) size = size && { width: size.height, height: size.width }
  }
  return size && size.width > 0 && size.height > 0 ? size : undefined
}

function ratioAt(view: DataView, at: number): number {
  const ratio = Math.round(view.getUint32(at) / view.getUint32(at + 4))
  return Number.isFinite(ratio) ? ratio : 0
}
