import type { Caller } from './caller.ts'

/** What an attack is given. */
export interface AttackTarget {
  /** Of the server. */
  readonly url: string
  /** The attacker, at an address of its own. */
  readonly attacker: Caller
  /** Ids of photos of 1024 × 768 px that the server has. The honest caller works on others. */
  readonly photos: readonly string[]
}

/** What an attack leaves. */
export interface AttackTraces {
  /** How often the attacker got each result. */
  readonly results: ReadonlyMap<string, number>
  /** Of the server, which still runs. */
  readonly dataDirectory: string
}

/** One row of the table: what one caller does while another one works. */
export interface Attack {
  /** Its row in docs/reliability.md, such as `S-03`. */
  readonly name: string
  /** One line for the report. */
  readonly what: string
  /** Whether CI runs it too, for half a second: it takes a few seconds of processor time in all. @default false */
  readonly isQuick?: boolean
  /** Whether the attacker has the honest caller's address, as behind a router. @default false */
  readonly sharesAddress?: boolean
  /** More settings of the server. */
  readonly env?: Readonly<Record<string, string>>
  /** Most bytes that the server and its decoders may have resident. @default 1 GiB */
  readonly maxMemoryByteSize?: number
  /** Milliseconds that it needs at least to show what it is about; fewer rounds are measured then. */
  readonly minDurationMs?: number
  /** Looks for what must not happen to the attacker or to the disk. @returns a line for each fault */
  readonly findFaults?: (seen: AttackTraces) => readonly string[] | Promise<readonly string[]>
  /**
   * Makes what the attack needs. Then the honest caller is measured alone.
   *
   * @returns the attack, which goes on until the signal is aborted. It runs in a thread of its own
   */
  readonly prepare: (target: AttackTarget) => Promise<(signal: AbortSignal) => Promise<void>>
}
