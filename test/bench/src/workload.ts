import type { LoadGenerator } from './load/open-load-generator.ts'
import type { Bodies } from './make-bodies.ts'
import type { LeftOut } from './servers/find-left-out.ts'

/** Options and tools of a run. */
export interface BenchContext {
  readonly generator: LoadGenerator
  readonly bodies: Bodies
  readonly leftOut: LeftOut
  /** Directory on the disk that every server writes to. */
  readonly directory: string
  readonly rounds: number
  /** Milliseconds that one server is measured in one round. */
  readonly turnMs: number
  readonly isQuick: boolean
  readonly isFull: boolean
  /** Reports progress to the user. */
  say(line: string): void
}

/** The results of one side, a value for each round. */
export interface Row {
  readonly name: string
  readonly values: readonly number[]
  /** What Tintype does and this server does not. */
  readonly leavesOut?: string | undefined
  readonly note?: string | undefined
}

/** The results of a workload. */
export interface WorkloadResult {
  readonly id: string
  readonly title: string
  readonly unit: string
  /** Whether more is better; less is, otherwise. */
  readonly isMoreBetter: boolean
  readonly rows: readonly Row[]
  /** Names of the rows that the others are compared with. */
  readonly references: readonly string[]
  readonly notes: readonly string[]
  /** Heading of the rows' notes; their answers if omitted. */
  readonly noteHead?: string | undefined
}

/** A workload measures something. It throws if a request fails, because a result with failed requests is meaningless. */
export type Workload = (context: BenchContext) => Promise<WorkloadResult[]>
