import { parseConfig } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'

/** The problems that stop the start with these settings; empty if it would start. */
export function problemsOf(
  env: Readonly<Record<string, string | undefined>>,
  flags: readonly string[] = [],
): readonly string[] {
  try {
    parseConfig(env, flags)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}
