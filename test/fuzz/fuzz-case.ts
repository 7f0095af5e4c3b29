/** One request, byte for byte, and what its answer may mean. */
export interface FuzzCase {
  /** With the seed of its run this makes the same case again. */
  readonly number: number
  readonly kind: FuzzKind
  /** The bytes on the wire. */
  readonly request: Buffer
  /** The body without its framing. */
  readonly body: Buffer
  readonly contentType: string
  /** Whether head and framing are correct, so that the connection can be used again after the answer. */
  readonly isFramedHonestly: boolean
  /** Offsets at which the request is cut into packets. */
  readonly cuts: readonly number[]
}

/** What is mangled: a form, an image that is sent as it is or in a form, the framing of a body, the head. */
const fuzzKinds = ['form', 'image', 'framing', 'head'] as const
export type FuzzKind = (typeof fuzzKinds)[number]

/** A case that failed, and why, as it is written to a file. */
export interface FuzzFailure {
  readonly why: string
  readonly fuzzCase: FuzzCase
}

/** One line of a file of failures. */
export function toLine({ why, fuzzCase }: FuzzFailure): string {
  const { request, body, ...facts } = fuzzCase
  return JSON.stringify({ why, ...facts, request: request.toString('base64'), body: body.toString('base64') })
}

/** The case in a line of a file of failures. */
export function fromLine(line: string): FuzzCase {
  const { why: _, request, body, ...facts } = JSON.parse(line) as Record<'why' | 'request' | 'body', string>
  const bytes = { request: Buffer.from(request, 'base64'), body: Buffer.from(body, 'base64') }
  return { ...(facts as unknown as Omit<FuzzCase, 'request' | 'body'>), ...bytes }
}
