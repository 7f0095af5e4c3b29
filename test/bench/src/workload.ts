import type { LoadGenerator } from './load/open-load-generator.ts'
import type { Bodies } from './make-bodies.ts'
import type { LeftOut } from './servers/find-left-out.ts'

/** How long and how often is measured, and with what. */
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

/** What one side did, a value for each round. */
export interface Row {
  readonly name: string
  readonly values: readonly number[]
  /** What the server does not do that Tintype does. */
  readonly leavesOut?: string | undefined
  readonly note?: string | undefined
}

/** What a workload measured. */
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

/** Something that is measured. What fails there throws: a number over failed requests says nothing. */
export type Workload = (context: BenchContext) => Promise<WorkloadResult[]>
