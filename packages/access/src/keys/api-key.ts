import { randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { digestOf } from '../signing/digests.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const idLength = 12
const keyPattern = /^ttk_(?<id>[0-9A-Za-z]{12})_[0-9A-Za-z]{43}(?<check>[0-9A-Za-z]{6})$/

/** A new API key. Only its id and hash are kept: the key itself is shown once. */
export interface NewApiKey {
  /** `ttk_{id}_{secret}{check digits}`, 66 characters. */
  readonly key: string
  /** 12 characters of base62. */
  readonly id: string
  /** SHA-256 of the key, 64 lower-case hex digits. */
  readonly hash: string
}

/** Makes an API key: its secret has 256 random bits. */
export function makeApiKey(): NewApiKey {
  const id = randomDigits(idLength)
  const body = `ttk_${id}_${randomDigits(43)}`
  const key = body + checkDigitsOf(body)
  return { key, id, hash: hashApiKey(key).toString('hex') }
}

/**
 * Reads the id of an API key. `undefined` if the text is none or its check digits are wrong, which settles typing errors
 * and hits of secret scanners without the catalog. Nothing is verified yet.
 */
export function parseApiKey(text: string): { readonly id: string } | undefined {
  const { id, check } = keyPattern.exec(text)?.groups ?? {}
  if (id === undefined || check !== checkDigitsOf(text.slice(0, -6))) return undefined
  return { id }
}

/** The characters of a text that are the id if it is an API key. */
export function idIn(text: string): string {
  return text.slice('ttk_'.length, 'ttk_'.length + idLength)
}

/** What is kept of a key: SHA-256, 32 bytes. The secret is random, so a slow hash would add nothing. */
export function hashApiKey(key: string): Buffer {
  return digestOf(key)
}

/**
 * Reads the key of the operator, which has every right: an API key, or at least 32 visible ASCII characters.
 *
 * @returns its hash
 * @throws RangeError that says what was expected, and never repeats the key
 */
export function parseAdminKey(text: string): Buffer {
  const hasOtherForm = text.startsWith('ttk_') ? parseApiKey(text) === undefined : /^(?:ttu\.|eyJ)/.test(text)
  if (hasOtherForm || !/^[!-~]{32,1000}$/.test(text))
    throw new RangeError(
      'expected an API key (ttk_…) or 32 to 1000 visible ASCII characters that begin like no other credential (ttu., eyJ)',
    )
  return hashApiKey(text)
}

function randomDigits(count: number): string {
  return Array.from({ length: count }, () => alphabet[randomInt(alphabet.length)]).join('')
}

/** CRC-32 in base62, 6 digits. */
function checkDigitsOf(text: string): string {
  let rest = crc32(text)
  let digits = ''
  for (let at = 0; at < 6; at += 1) {
    digits = alphabet.charAt(rest % 62) + digits
    rest = Math.floor(rest / 62)
  }
  return digits
}
