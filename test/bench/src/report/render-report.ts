import type { Machine } from '../read-machine.ts'
import type { LeftOut } from '../servers/find-left-out.ts'
import type { WorkloadResult } from '../workload.ts'
import { judgeTarget } from './judge-target.ts'
import { renderTable } from './render-table.ts'
import { targets } from './targets.ts'

/** The results of one run. */
export interface Findings {
  readonly machine: Machine
  readonly results: readonly WorkloadResult[]
  readonly leftOut: LeftOut
  /** Whether it was a run that only shows that the benchmark works. */
  readonly isQuick: boolean
}

/**
 * The report in Markdown: the machine, the targets, and a table for each workload.
 *
 * @param chartOf the path of a workload's chart, if it has one
 */
export function renderReport(
  { machine, results, leftOut, isQuick }: Findings,
  chartOf = (_id: string): string | undefined => undefined,
): string {
  const { date, cores, cpu, system, fileSystem, node, loadBefore } = machine
  const where = `${date}, ${cores} cores (${cpu}), ${system}, ${fileSystem}, Node ${node}; load before the run ${loadBefore}. Servers and load generator share the machine. Medians; ratios are medians of the ratios in each round.`
  const judged = targets.map((target) => {
    const [least, most] = [target.target, target.stretch].map((one) => `${target.sign} ${one} ${target.unit}`)
    const { measured, verdict } = judgeTarget(target, { results, leftOut })
    return `| ${[target.work, least, most, measured, isQuick ? 'not judged' : verdict].join(' | ')} |`
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
    ...(isQuick
      ? ['**A quick run: smaller bodies, one short round. Its numbers say nothing about speed.**']
      : []),
    where,
    ...(leftOut.size > 0 ? [`Left out: ${[...leftOut].map((one) => one.join(': ')).join('; ')}.`] : []),
    '## Targets',
    ['| work | target | stretch | measured | |', '| --- | --- | --- | --- | --- |', ...judged].join('\n'),
    '## Measurements',
    ...tables,
  ].join('\n\n')
}
