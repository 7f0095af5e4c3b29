import { TintypeError } from '@tintype/contract'
import type { Context } from '../state.ts'

/**
 * Answers a request with a method that is not allowed, and lists the allowed ones in `Allow`. `OPTIONS` gets 204. Does
 * nothing if the method is allowed.
 *
 * @returns whether the request was answered
 * @throws METHOD_NOT_ALLOWED
 * @see RFC 9110 §9.3.7, §15.5.6
 */
export function answerMethod(ctx: Context, allowed: readonly string[]): boolean {
  if (allowed.includes(ctx.method)) return false
  const list = allowed.join(', ')
  ctx.set('Allow', list)
  if (ctx.method !== 'OPTIONS')
    throw new TintypeError(
      'METHOD_NOT_ALLOWED',
      `The method is not allowed for this path. Expected one of ${list}`,
    )
  ctx.status = 204
  return true
}
