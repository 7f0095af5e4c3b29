import { median, medianRatio } from '../statistics.ts'
import type { WorkloadResult } from '../workload.ts'
import { formatNumber } from './format-number.ts'

/** A result as a Markdown table: medians, spread, and ratios to the references, each computed round by round. */
export function renderTable(result: WorkloadResult): string {
  const references = result.references.flatMap((name) => result.rows.find((row) => row.name === name) ?? [])
  const hasSpread = result.rows.some(({ values }) => values.length > 1)
  const hasOmissions = result.rows.some(({ leavesOut }) => leavesOut !== undefined)
  const hasNotes = result.rows.some(({ note }) => note !== undefined)
  const head = [
    '',
    result.unit,
    ...(hasSpread ? ['min – max'] : []),
    ...references.map(({ name }) => `× ${name}`),
    ...(hasOmissions ? ['leaves out'] : []),
    ...(hasNotes ? [result.noteHead ?? 'answers'] : []),
  ]
  const direction = result.isMoreBetter ? -1 : 1
  const sorted = result.id.startsWith('growth')
    ? result.rows
    : result.rows.toSorted((one, other) => direction * (median(one.values) - median(other.values)))
  const lines = sorted.map((row) => {
    const name = row.name.startsWith('Tintype') ? `**${row.name}**` : row.name
    return [
      name,
      formatNumber(median(row.values)),
      ...(hasSpread
        ? [`${formatNumber(Math.min(...row.values))} – ${formatNumber(Math.max(...row.values))}`]
        : []),
      ...references.map(({ values }) => formatNumber(medianRatio(row.values, values))),
      ...(hasOmissions ? [row.leavesOut ?? ''] : []),
      ...(hasNotes ? [row.note ?? ''] : []),
    ]
  })
  return [head, head.map((_, at) => (at === 0 ? '---' : '---')), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}
