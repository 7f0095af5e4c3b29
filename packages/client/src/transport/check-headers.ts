import { TintypeError } from '@tintype/contract'

/**
 * Checks headers before they are sent, because platforms answer a wrong one with an error that looks like a lost connection. A
 * header without a value is left out.
 *
 * @returns the headers that have a value, with small letters in their names, so that one replaces another whatever its letters
 * @throws TintypeError `INVALID_REQUEST` with the fact `header`, its name
 */
export function checkHeaders(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const checked: Record<string, string> = {}
  for (const [header, value] of Object.entries(headers)) {
    if (value === undefined) continue
    // the value can be secret
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(header) || !/^[\t -~]*$/.test(value))
      throw new TintypeError(
        'INVALID_REQUEST',
        `The header "${header}" cannot be sent: expected visible ASCII`,
        { facts: { header } },
      )
    checked[header.toLowerCase()] = value
  }
  return checked
}
