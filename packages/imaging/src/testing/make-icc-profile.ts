/** A profile of one curve, and of primaries unless it is of grey. */
export interface IccOptions {
  /** A channel's number to this power is its light. */
  readonly exponent: number
  /** XYZ of red, green and blue, adapted to the profile's illuminant (D50). Grey if absent. */
  readonly primaries?: readonly (readonly [number, number, number])[]
}

const illuminant = [0.9642, 1, 0.8249] as const

/** Makes an ICC profile of version 2. @see ICC.1:2001-04 §6 */
export function makeIccProfile({ exponent, primaries }: IccOptions): Buffer {
  const curve = Buffer.alloc(14)
  curve.write('curv')
  curve.writeUInt32BE(1, 8)
  curve.writeUInt16BE(Math.round(exponent * 256), 12)
  const names = ['r', 'g', 'b']
  const tags: (readonly [string, Buffer])[] = primaries
    ? primaries.flatMap((xyz, i) => [
        [`${names[i]}XYZ`, makeXyz(xyz)] as const,
        [`${names[i]}TRC`, curve] as const,
      ])
    : [['kTRC', curve]]
  tags.push(['wtpt', makeXyz(illuminant)], ['desc', makeDescription()], ['cprt', makeText()])
  const table = Buffer.alloc(4 + tags.length * 12)
  table.writeUInt32BE(tags.length)
  const bodies: Buffer[] = []
  let at = 128 + table.length
  tags.forEach(([name, data], index) => {
    table.write(name, 4 + index * 12)
    table.writeUInt32BE(at, 8 + index * 12)
    table.writeUInt32BE(data.length, 12 + index * 12)
    const padded = Buffer.concat([data, Buffer.alloc(-data.length & 3)])
    bodies.push(padded)
    at += padded.length
  })
  const header = Buffer.alloc(128)
  header.writeUInt32BE(at)
  header.writeUInt32BE(0x02400000, 8)
  header.write(`mntr${primaries ? 'RGB ' : 'GRAY'}XYZ `, 12)
  header.write('acsp', 36)
  illuminant.forEach((value, index) => {
    header.writeInt32BE(Math.round(value * 65_536), 68 + index * 4)
  })
  return Buffer.concat([header, table, ...bodies])
}

function makeXyz(xyz: readonly [number, number, number]): Buffer {
  const data = Buffer.alloc(20)
  data.write('XYZ ')
  xyz.forEach((value, index) => {
    data.writeInt32BE(Math.round(value * 65_536), 8 + index * 4)
  })
  return data
}

function makeDescription(): Buffer {
  const text = 'test\0'
  const data = Buffer.alloc(12 + text.length + 78)
  data.write('desc')
  data.writeUInt32BE(text.length, 8)
  data.write(text, 12)
  return data
}

function makeText(): Buffer {
  return Buffer.from('text\0\0\0\0none\0', 'latin1')
}
