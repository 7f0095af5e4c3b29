import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/** Options of the command line. */
export interface Options {
  /** One short round that only shows that the benchmark itself works. */
  readonly isQuick: boolean
  /** An upload of 4 GiB as well. */
  readonly isFull: boolean
  readonly rounds: number
  readonly turnMs: number
  /** Names of workloads; empty for all. */
  readonly only: readonly string[]
  /** File that the numbers go to, as JSON. */
  readonly outFile: string
  /** Whether docs/performance.md and docs/charts are written. */
  readonly writesDocuments: boolean
}

/** Reads the command line. @throws for unknown options and workloads, and for contradictions */
export function parseOptions(args: readonly string[], workloads: readonly string[]): Options {
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
  const unknown = values.only.filter((name) => !workloads.includes(name))
  if (unknown.length > 0) throw new Error(`--only ${unknown.join(', ')}: expected ${workloads.join(', ')}`)
  if (values.docs && (values.quick || values.only.length > 0))
    throw new Error('--docs writes what a whole run measured: not with --quick or --only')
  return {
    isQuick: values.quick,
    isFull: values.full,
    rounds: positive(values.rounds ?? (values.quick ? '1' : '5')),
    turnMs: positive(values['turn-ms'] ?? (values.quick ? '120' : '800')),
    only: values.only,
    outFile: values.out ?? join(tmpdir(), 'tintype-bench.json'),
    writesDocuments: values.docs,
  }
}

function positive(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text)
  throw new Error(`expected a whole number above 0: ${text}`)
}
