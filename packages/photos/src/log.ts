/** The log of the use-cases, for operators: a level, facts and a sentence. Never secrets or file names. */
export interface Log {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}
