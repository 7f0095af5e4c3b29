import { isErrorCode } from '@tintype/contract'
import { sha256 } from '../faults/sample-photos.ts'
import type { Answer } from '../support/raw-http.ts'
import type { PhotoJson, ProblemJson } from '../support/uploads.ts'
import type { FuzzCase } from './fuzz-case.ts'
import type { Lane, Outcome } from './send-case.ts'

/** Resolves with the problem of a case's answers; `undefined` if they are correct. */
export async function judgeCase(
  fuzzCase: FuzzCase,
  outcome: Outcome,
  lane: Lane,
): Promise<string | undefined> {
  for (const answer of outcome) {
    const flaw = answer.status === 201 ? await judgePhoto(fuzzCase, answer, lane) : judgeRefusal(answer)
    if (flaw !== undefined) return flaw
  }
  return undefined
}

function judgeRefusal({ status, headers, body }: Answer): string | undefined {
  if (status < 400 || status > 499) return `answered ${status}: ${body}`
  if (headers.get('content-type') !== 'application/problem+json')
    return `answered ${status} without a problem`
  const problem = JSON.parse(body.toString()) as ProblemJson
  if (problem.status !== status || !isErrorCode(problem.code))
    return `answered ${status} with another problem: ${body}`
  return undefined
}

/** An accepted upload must be complete, unchanged when it is read, and renderable. */
async function judgePhoto(fuzzCase: FuzzCase, answer: Answer, lane: Lane): Promise<string | undefined> {
  const photo = JSON.parse(answer.body.toString()) as PhotoJson
  const original = await lane.get(photo.url)
  if (original.status !== 200) return `was accepted, and its bytes are answered ${original.status}`
  if (sha256(original.body) !== photo.sha256 || original.body.length !== photo.byteSize)
    return 'was accepted, and other bytes are returned'
  if (fuzzCase.isFramedHonestly && !isWhole(fuzzCase, original.body))
    return 'was accepted, and differs from the sent bytes'
  const thumbnail = await lane.get(photo.thumbnail.url)
  if (thumbnail.status !== 200) return judgeRefusal(thumbnail)
  return thumbnail.headers.get('content-type') === 'image/webp'
    ? undefined
    : 'has a thumbnail that is not WebP'
}

/** Whether the bytes are the whole body or, in a form, are in it and end at a boundary (threat B006). */
function isWhole({ body, contentType }: FuzzCase, bytes: Buffer): boolean {
  if (!/^multipart\/form-data\b/i.test(contentType)) return body.equals(bytes)
  for (let at = body.indexOf(bytes); at >= 0; at = body.indexOf(bytes, at + 1)) {
    const rest = body.subarray(at + bytes.length)
    if (rest.indexOf('\r\n--') === 0 && rest.indexOf('--', 4) > 0) return true
  }
  return false
}
