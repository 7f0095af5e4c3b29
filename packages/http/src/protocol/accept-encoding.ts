/** Codings of precompressed files, the best first. */
export const contentCodings = ['br', 'zstd', 'gzip'] as const
export type ContentCoding = (typeof contentCodings)[number]

/**
 * Chooses how to send something that exists uncompressed and in the codings `available`: the caller's weights
 * first, then our order. Not compressing is the last resort unless the caller weighs it higher.
 *
 * Where the caller accepts nothing that there is, `identity` is chosen all the same: a browser's odd header
 * should not cost it the page, and HTTP leaves the choice.
 *
 * @see RFC 9110 §12.4.1, §12.5.3
 */
export function chooseCoding(
  header: string | undefined,
  available: readonly ContentCoding[],
): ContentCoding | 'identity' {
  if (header === undefined || available.length === 0) return 'identity'
  const weights = parseWeights(header)
  const any = weights.get('*')
  let best: { coding: ContentCoding | 'identity'; weight: number } = { coding: 'identity', weight: 0 }
  for (const coding of contentCodings) {
    const weight = available.includes(coding) ? (weights.get(coding) ?? any ?? 0) : 0
    if (weight > best.weight) best = { coding, weight }
  }
  return (weights.get('identity') ?? 0) > best.weight ? 'identity' : best.coding
}

/** Lower-case names with their weights, 0 to 1; members that are malformed are left out. */
function parseWeights(header: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>()
  for (const member of header.split(',')) {
    const [, name, weight = '1'] =
      /^([^\s;]+)(?:[ \t]*;[ \t]*q=([01](?:\.\d{0,3})?))?$/i.exec(member.trim()) ?? []
    if (name === undefined || Number(weight) > 1) continue
    const coding = name.toLowerCase()
    weights.set(coding === 'x-gzip' ? 'gzip' : coding, Number(weight))
  }
  return weights
}
