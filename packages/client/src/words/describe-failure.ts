import { isTintypeError, type TintypeError, type TintypeErrorOf } from '@tintype/contract'
import { formatByteSize } from './format-byte-size.ts'

/**
 * Describes a failure to the person in front of a page, in one or two sentences of English: what happened, and what helps. For
 * another language, `switch` over `error.code`.
 *
 * @param error what a call or an upload failed with, or the `error` of a file in a queue
 * @returns for example `This file is 31 MB. Up to 25 MB is accepted.`; never empty, and without markup
 * @example
 * upload(file).catch((error) => { note.textContent = describeFailure(error) })
 */
export function describeFailure(error: unknown): string {
  if (!isTintypeError(error)) return 'Something went wrong on this page. Reload it and try again.'
  return describeCode(error) ?? error.message
}

/** `undefined` if the error's own message is the best explanation. */
function describeCode(error: TintypeError): string | undefined {
  const { code, facts } = error
  switch (code) {
    case 'NOT_AN_IMAGE':
      return 'This is not an image, or its format is not allowed.'
    case 'EMPTY_FILE':
      return 'This file is empty.'
    case 'FILE_REQUIRED':
      return 'This file could not be read. It may have been moved or changed.'
    case 'UNREADABLE_IMAGE':
      return 'This image is damaged and cannot be decoded.'
    case 'TOO_MANY_PIXELS':
      return 'This image has too many pixels. Make it smaller and try again.'
    case 'PAYLOAD_TOO_LARGE':
      return describeSize(error)
    case 'UPLOAD_TIMEOUT':
      return 'The connection is too slow or was interrupted. Try again.'
    case 'NETWORK_ERROR':
      return 'The server could not be reached. Check your connection and try again.'
    case 'RATE_LIMITED':
    case 'OVERLOADED':
      return 'The server is busy. Try again in a moment.'
    case 'STORAGE_UNAVAILABLE':
    case 'CATALOG_UNAVAILABLE':
      return 'The server cannot reach its storage. Try again later.'
    case 'STORAGE_FULL':
      return 'The server has no space left.'
    case 'ORIGIN_NOT_ALLOWED':
    case 'HOST_NOT_ALLOWED':
      return 'The server does not allow this page to change anything.'
    case 'FORBIDDEN':
      return facts.needs === undefined
        ? 'You are not allowed to do this.'
        : `The key that is used may not do this. It needs the right ${facts.needs}.`
    case 'UNAUTHENTICATED':
      return facts.reason === 'expired'
        ? 'Your access has expired. Sign in again.'
        : 'This server needs a key or a token, or the one that was sent is not valid.'
    case 'INVALID_SIGNATURE':
    case 'URL_EXPIRED':
      return 'This link is not valid any more. Reload the page to get a new one.'
    case 'TOKEN_USED_UP':
      return 'This upload was permitted only once. Reload the page and try again.'
    case 'QUOTA_EXCEEDED':
      return 'There is no space left for your photos. Delete some and try again.'
    case 'IDENTITY_UNAVAILABLE':
      return 'The server cannot check who you are at the moment. Try again later.'
    case 'PHOTO_NOT_FOUND':
      return 'This photo no longer exists.'
    case 'INTERNAL':
      return `Something went wrong on the server.${error.requestId ? ` Its id in the log is ${error.requestId}.` : ''}`
    case 'UNEXPECTED_ANSWER':
      return 'The answer did not come from this server. Reload the page and try again.'
    case 'ABORTED':
      return 'Cancelled.'
    case 'TOO_MANY_FILES':
    case 'INVALID_MULTIPART':
    case 'INVALID_REQUEST':
    case 'DIGEST_MISMATCH':
    case 'ROUTE_NOT_FOUND':
    case 'RENDITION_NOT_FOUND':
    case 'METHOD_NOT_ALLOWED':
    case 'IDEMPOTENCY_CONFLICT':
    case 'PRECONDITION_FAILED':
    case 'UNSUPPORTED_MEDIA_TYPE':
    case 'RANGE_NOT_SATISFIABLE':
      return undefined
    default:
      return code satisfies never
  }
}

function describeSize({ facts: { limit, received } }: TintypeErrorOf<'PAYLOAD_TOO_LARGE'>): string {
  if (limit === undefined) return 'This file is too large.'
  const accepted = `Up to ${formatByteSize(limit)} is accepted.`
  return received !== undefined
    ? `This file is ${formatByteSize(received)}. ${accepted}`
    : `This file is too large. ${accepted}`
}
