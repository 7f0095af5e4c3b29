import { type Box, bodyOf, boxesWithin } from './boxes.ts'

/** The properties tied to each item, in the order in which they apply. */
export type AvifProperties = ReadonlyMap<number, readonly Box[]>

/**
 * Reads which properties belong to which item.
 *
 * @throws RangeError where a box inside ends too early
 * @see ISO/IEC 23008-12 §9.3 (iprp, ipco, ipma)
 */
export function readAvifProperties(view: DataView, children: readonly Box[]): AvifProperties {
  const tied = new Map<number, Box[]>()
  for (const iprp of children.filter(({ type }) => type === 'iprp')) {
    const inner = [...boxesWithin(view, iprp.start, iprp.end)]
    const properties = inner
      .filter(({ type }) => type === 'ipco')
      .flatMap(({ start, end }) => [...boxesWithin(view, start, end)])
    for (const ipma of inner.filter(({ type }) => type === 'ipma'))
      readAssociations(bodyOf(view, ipma), (item, index) => {
        const property = properties[index - 1]
        if (!property || !decidesSize(property)) return
        const list = tied.get(item)
        if (list) list.push(property)
        else tied.set(item, [property])
      })
  }
  return tied
}

function decidesSize({ type }: Box): boolean {
  return type === 'ispe' || type === 'clap' || type === 'irot'
}

function readAssociations(view: DataView, onAssociation: (item: number, index: number) => void): void {
  const version = view.getUint8(0)
  const isWide = (view.getUint8(3) & 1) === 1
  const entries = view.getUint32(4)
  let at = 8
  for (let entry = 0; entry < entries; entry += 1) {
    const item = version < 1 ? view.getUint16(at) : view.getUint32(at)
    at += version < 1 ? 2 : 4
    const associations = view.getUint8(at)
    at += 1
    for (let i = 0; i < associations; i += 1) {
      onAssociation(item, isWide ? view.getUint16(at) & 0x7fff : view.getUint8(at) & 0x7f)
      at += isWide ? 2 : 1
    }
  }
}
