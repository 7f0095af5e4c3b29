import type { SystemLimits } from '@tintype/contract'
import type { Connection } from '../transport/connection.ts'
import { sendWithFetch } from '../transport/send-with-fetch.ts'

/** An upload waits no longer for them. */
const maxWaitMs = 3000
const limitsOf = new WeakMap<Connection, Promise<SystemLimits | undefined>>()

/** What the server of a connection accepts, read once; `undefined` if it does not answer soon, after which it is asked again. */
export async function readLimits(connection: Connection): Promise<SystemLimits | undefined> {
  const known = limitsOf.get(connection) ?? requestLimits(connection)
  limitsOf.set(connection, known)
  const limits = await known
  if (!limits) limitsOf.delete(connection)
  return limits
}

async function requestLimits({
  url,
  fetch,
  origin,
  authorize,
}: Connection): Promise<SystemLimits | undefined> {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), maxWaitMs)
  try {
    const { headers } = await authorize()
    const init = { headers, signal: controller.signal }
    const { text } = await sendWithFetch(`${origin()}${url}/trpc/system.limits`, init, fetch)
    const { result } = JSON.parse(text) as { readonly result?: { readonly data?: SystemLimits } }
    return result?.data
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}
