import { TintypeError } from '@tintype/contract'
import type { Context } from '../state.ts'

/**
 * Answers a method that is not one of `allowed`, and says in `Allow` which are: `OPTIONS` asks for just that and is
 * answered here, which the result tells; for one that is allowed nothing is done.
 *
 * @throws METHOD_NOT_ALLOWED
 * @see RFC 9110 §9.3.7, §15.5.6
 */
export function answerMethod(ctx: Context, allowed: readonly string[]): boolean {
  if (allowed.includes(ctx.method)) return false
  const list = allowed.join(', ')
  ctx.set('Allow', list)
  if (ctx.method !== 'OPTIONS') throw new TintypeError('METHOD_NOT_ALLOWED', `Expected is one of ${list}`)
  ctx.status = 204
  return true
}
