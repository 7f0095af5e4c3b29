import { decodeBytes } from '../protocol/decode-text.ts'
import type { NamedTexts } from './upload-details.ts'

/**
 * The fields of a query, whose percent escapes are UTF-8, or else Latin-1. What is no escape is kept.
 *
 * @param query without `?`, in ASCII
 * @see WHATWG URL §5.1 (application/x-www-form-urlencoded), which has UTF-8 alone
 */
export function readQuery(query: string): NamedTexts {
  const fields = query.split('&').filter((field) => field !== '')
  return fields.map((field) => {
    const [, name = '', text = ''] = /^([^=]*)=?(.*)$/s.exec(field) ?? []
    return [decode(name), decode(text)] as const
  })
}

function decode(text: string): string {
  const bytes = text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)))
  return decodeBytes(Buffer.from(bytes, 'latin1'))
}
