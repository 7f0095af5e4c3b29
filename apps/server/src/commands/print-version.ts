import { version } from '../version.ts'
import type { CommandContext } from './command-context.ts'

/** `tintype --version`. */
export async function printVersion({ stdout }: CommandContext): Promise<number> {
  stdout.write(`${version}\n`)
  return 0
}
