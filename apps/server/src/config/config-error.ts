/**
 * Thrown if Tintype cannot start with its settings, arguments or data directory. `message` has a line for each problem, and
 * no secret.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(message: string, problems: readonly string[] = [message]) {
    super(message)
    this.problems = problems
  }
}
