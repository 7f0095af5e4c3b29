import { type Ending, runServer } from './run-server.ts'

/** Runs `tintype` with these arguments on a data directory, and waits until it has ended. */
export function runCommand(dataDirectory: string, ...args: string[]): Promise<Ending> {
  return runServer({ TINTYPE_DATA_DIR: dataDirectory }, args)
}

/** What `doctor --json` has found, and its summary. */
export function readFindings({ stdout }: Ending) {
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
  return { findings: lines.slice(0, -1), summary: lines.at(-1) }
}
