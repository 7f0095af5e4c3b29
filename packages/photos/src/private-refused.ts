import { TintypeError } from '@tintype/contract'

/** The error for a private photo on an open server, which would show it to everyone. */
export function privateRefused(): TintypeError {
  return new TintypeError(
    'INVALID_REQUEST',
    'An open server has no private photos. Leave visibility out, or close the server: set TINTYPE_ACCESS, or the option ' +
      'access, to closed, and create keys',
  )
}
