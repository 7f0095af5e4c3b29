/**
 * The numbers in a text, in order, each as often as it is there. `B258–B265`, with an en dash, gives all eight.
 *
 * @see docs/threats.md for what each number means
 */
export function listCases(text: string): string[] {
  return [...text.matchAll(/\bB(\d{3})(?:–B(\d{3}))?\b/g)].flatMap(([, first, last = first]) => {
    const start = Number(first)
    const count = Math.max(Number(last) - start + 1, 0)
    return Array.from({ length: count }, (_, at) => `B${String(start + at).padStart(3, '0')}`)
  })
}

/** The numbers in the first column of each table of a Markdown text, in order. */
export function listRows(markdown: string): string[] {
  return [...markdown.matchAll(/^\|([^|]+)\|/gm)].flatMap(([, cell = '']) => listCases(cell))
}
