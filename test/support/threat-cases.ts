/**
 * Every numbered case that Tintype must have an answer to: a test that names it, or a row in the table of
 * SECURITY.md. The catalogue has gaps, and goes on with parts that belong to later releases.
 */
export const threatCases: ReadonlySet<string> = new Set(
  listCases('B001–B085 B101–B112 B116–B157 B161–B188 B191–B201 B253–B268 B270–B281 B285–B301 B306–B317'),
)

/** Whether a number lies in the two parts of the catalogue that are held here, gaps among them. */
export function isWithinCases(number: string): boolean {
  return number <= 'B201' || (number >= 'B253' && number <= 'B317')
}

/** The numbers in a text, each as often as it is given; `B258–B265`, with the dash of a range, gives all of them. */
export function listCases(text: string): string[] {
  return [...text.matchAll(/\bB(\d{3})(?:–B(\d{3}))?\b/g)].flatMap(([, first, last = first]) => {
    const start = Number(first)
    const count = Math.max(Number(last) - start + 1, 0)
    return Array.from({ length: count }, (_, at) => `B${String(start + at).padStart(3, '0')}`)
  })
}
