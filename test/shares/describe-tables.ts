import { type Kind, kinds } from './honest-work.ts'
import { percentile, toMebibytes } from './judge.ts'
import type { AttackReport } from './run-attack.ts'

const titles = {
  upload: 'uploads',
  view: 'views',
  list: 'lists',
  search: 'searches',
  health: '`/healthz`',
} as const satisfies Record<Kind, string>

/** The tables of docs/reliability.md, as Markdown: medians with the memory, then 99th percentiles with the numbers of answers. */
export function describeTables(reports: readonly AttackReport[]): string {
  const headings = kinds.map((kind) => titles[kind])
  const medians = reports.map((report) => [
    ...[report.attack.name, report.attack.what, ...kinds.map((kind) => both(report, kind, 0.5))],
    toMebibytes(report.peakMemoryByteSize),
  ])
  const slowest = reports.map((report) => [
    report.attack.name,
    ...kinds.map((kind) => `${both(report, kind, 0.99)} (${countOf(report, kind)})`),
  ])
  return [
    'Medians, alone → during the attack, in ms:',
    toTable([['row', 'attack', ...headings, 'memory'], ...medians]),
    '99th percentiles, alone → during the attack, in ms (number of answers):',
    toTable([['row', ...headings], ...slowest]),
  ].join('\n\n')
}

function both({ alone, during }: AttackReport, kind: Kind, share: number): string {
  const [before, after] = [alone, during].map((served) =>
    percentile(served[kind].latencies, share).toFixed(0),
  )
  return `${before} → ${after}`
}

function countOf({ alone, during }: AttackReport, kind: Kind): string {
  return `${alone[kind].latencies.length}, ${during[kind].latencies.length}`
}

function toTable([headings = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(headings), `|${'---|'.repeat(headings.length)}`, ...rows.map(line)].join('\n')
}
