import type { Machine } from '../describe-machine.ts'
import type { WorkloadResult } from '../workload.ts'
import { formatNumber } from './format-number.ts'
import { renderTable } from './render-table.ts'
import { compareWithTargets, judge } from './targets.ts'

/** What one run found. */
export interface Findings {
  readonly machine: Machine
  readonly results: readonly WorkloadResult[]
}

/**
 * The report in Markdown: where was measured, targets, and a table for each workload.
 *
 * @param chartOf where the chart of a workload lies, if it has one
 */
export function renderReport(
  { machine, results }: Findings,
  chartOf = (_id: string): string | undefined => undefined,
): string {
  const { date, cores, cpu, system, fileSystem, node, loadBefore } = machine
  const where = `${date}, ${cores} cores (${cpu}), ${system}, ${fileSystem}, Node ${node}; load before the run ${loadBefore}. Servers and load generator share the machine. Medians; ratios are medians of the ratios in each round.`
  const targets = compareWithTargets(results).map((target) => {
    const bound = `${target.isMoreBetter ? '≥' : '≤'} ${target.target} ${target.unit}`
    const measured = target.measured === undefined ? '–' : `${formatNumber(target.measured)} ${target.unit}`
    return `| ${target.work} | ${bound} | ${measured} | ${judge(target)} |`
  })
  const tables = results.flatMap((result) => {
    const chart = chartOf(result.id)
    return [
      `### ${result.title}`,
      ...(chart ? [`![${result.title}](${chart})`] : []),
      renderTable(result),
      ...result.notes,
    ]
  })
  return [
    where,
    '## Targets',
    ['| work | target | measured | |', '| --- | --- | --- | --- |', ...targets].join('\n'),
    '## Measurements',
    ...tables,
  ].join('\n\n')
}
