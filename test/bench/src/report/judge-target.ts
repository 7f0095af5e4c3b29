import type { LeftOut } from '../servers/find-left-out.ts'
import { median, medianRatio } from '../statistics.ts'
import type { WorkloadResult } from '../workload.ts'
import { formatNumber } from './format-number.ts'
import type { Target } from './targets.ts'

/** The judgement of a target by the results of a run. */
export interface Judgement {
  readonly measured: string
  /** Met, missed, or not measured and why. */
  readonly verdict: string
}

/** Judges a target by the results of a run. */
export function judgeTarget(
  target: Target,
  { results, leftOut }: { readonly results: readonly WorkloadResult[]; readonly leftOut: LeftOut },
): Judgement {
  const { sign, unit, against = [] } = target
  const result = results.find(({ id }) => id === target.id)
  if (!result) return missing('this run left it out')
  const valuesOf = (name: string) => result.rows.find((row) => row.name === name)?.values
  const absent = (name: string) => missing(leftOut.get(name) ?? 'only with --full')
  const mine = valuesOf(target.row)
  if (!mine) return absent(target.row)
  const others = [against].flat()
  const ratios = others.flatMap((name) => {
    const theirs = valuesOf(name)
    return theirs ? [medianRatio(mine, theirs)] : []
  })
  if (others[0] !== undefined && ratios.length === 0) return absent(others[0])
  const worst = sign === '≥' ? Math.min(...ratios) : Math.max(...ratios)
  const measured = others.length > 0 ? worst : median(mine)
  if (!Number.isFinite(measured)) return missing('too few answers')
  const reaches = (limit: number) => (sign === '≥' ? measured >= limit : measured <= limit)
  const verdict = reaches(target.stretch) ? 'met, stretch too' : reaches(target.target) ? 'met' : 'missed'
  return { measured: `${formatNumber(measured)} ${unit}`, verdict }
}

const missing = (reason: string): Judgement => ({ measured: '–', verdict: `not measured: ${reason}` })
