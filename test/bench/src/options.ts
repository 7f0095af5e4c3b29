import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/** What was asked for on the command line. */
export interface Options {
  /** One short round that only shows that the benchmark itself works. */
  readonly isQuick: boolean
  /** A million rows and 4 GiB as well. */
  readonly isFull: boolean
  readonly rounds: number
  readonly turnMs: number
  /** Names of workloads; all where empty. */
  readonly only: readonly string[]
  /** File that the numbers go to, as JSON. */
  readonly outFile: string
  /** Whether docs/performance.md and docs/charts are written. */
  readonly writesDocuments: boolean
}

/** Reads the command line. @throws for an option that there is none of */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      'turn-ms': { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      out: { type: 'string' },
      docs: { type: 'boolean', default: false },
    },
  })
  return {
    isQuick: values.quick,
    isFull: values.full,
    rounds: Number(values.rounds ?? (values.quick ? 1 : 5)),
    turnMs: Number(values['turn-ms'] ?? (values.quick ? 300 : 800)),
    only: values.only,
    outFile: values.out ?? join(tmpdir(), 'tintype-bench.json'),
    writesDocuments: values.docs,
  }
}
