/** The outcome of a call, as both lanes send it. */
type SentOutcome =
  | { readonly error: { readonly data: { readonly status: number } } }
  | { readonly result: unknown }

/** The status of an answer: the one that all its calls have, and 207 if they differ. */
export function sharedStatus(outcomes: readonly SentOutcome[]): number {
  const statuses = new Set(outcomes.map((outcome) => ('error' in outcome ? outcome.error.data.status : 200)))
  const [status = 200] = statuses
  return statuses.size > 1 ? 207 : status
}
