import { TintypeError } from '@tintype/contract'
import type { Context } from './state.ts'

/** Closes a connection whose client does not read its answer. */
export function cutUnread(ctx: Context): void {
  const detail = 'The client did not read its answer, and others needed the memory'
  ctx.state.tintype.logError(new TintypeError('OVERLOADED', detail))
  ctx.req.socket.destroy()
}
