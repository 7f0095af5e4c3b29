import type { z } from 'zod'
import { TintypeError } from '../errors.ts'
import { maxIssueLength, shorten } from '../shorten.ts'

/** A value that does not fit its schema. */
export interface InputIssue {
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly code?: string | undefined
  /** Of a value that may have several forms: why it fits none of them. */
  readonly errors?: readonly (readonly InputIssue[])[] | undefined
}

/** The error for input that does not fit its schema. It names the first ten problems, such as `tags.2: must not be empty`, each in at most 200 characters. */
export function invalidInput(issues: readonly InputIssue[]): TintypeError {
  const lines = issues
    .flatMap(explain)
    .slice(0, 10)
    .map(({ path, message }) =>
      shorten(`${path.map(String).join('.') || 'input'}: ${message}`, maxIssueLength),
    )
  return new TintypeError('INVALID_REQUEST', `The input is not valid: ${lines.join('; ')}`, {
    facts: { issues: lines },
  })
}

/** For a value that may have several forms, the problems with the form that it seems to have. */
function explain(issue: InputIssue): readonly InputIssue[] {
  const isOfOtherType = ({ code, path }: InputIssue) => code === 'invalid_type' && path.length === 0
  const likely = issue.errors?.find((problems) => problems.length > 0 && !problems.some(isOfOtherType))
  return (
    likely?.flatMap((problem) => explain({ ...problem, path: [...issue.path, ...problem.path] })) ?? [issue]
  )
}

/**
 * Parses untrusted input by its schema.
 *
 * @throws INVALID_REQUEST with the fact `issues`: the first ten problems
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input)
  if (!result.success) throw invalidInput(result.error.issues)
  return result.data
}
