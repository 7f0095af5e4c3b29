import { createTintypeClient, type Right } from '@tintype/client'
import { createUploadQueue } from '@tintype/client/queue'
import { createKeyMemory } from './access/key-memory.ts'
import { connection } from './connection.ts'
import { createDigestMemory } from './uploads/digest-memory.ts'

/** The server that this page came from, whose base path the page's URL ends with. */
const url = new URL('.', location.href)

/** The key of this page, if the server needs one. */
export const keyMemory = createKeyMemory()

/** The client of the server that this page came from. Its calls wait while the page needs a key. */
export const tintype = createTintypeClient({
  url,
  token: keyMemory.readToken,
  retry: { onRetry: connection.onRetry },
  async fetch(input, init) {
    const answer = await fetch(input, init)
    if (answer.status < 500) connection.onAnswer()
    return answer
  },
})

/** Digests of files that were uploaded from this browser. */
export const digests = createDigestMemory()

/** Its uploads use the browser's own way to send, which alone reports how much of a file was sent. */
const sender = createTintypeClient({ url, token: keyMemory.readToken })
const { findByDigest } = sender.photos
const maySee = () => keyMemory.rights()?.includes('photos:read') ?? true

/** The uploads of this page. */
export const uploads = createUploadQueue(
  {
    upload: sender.upload,
    // a key that may not list photos is not asked what the library has
    photos: { findByDigest: { query: async (...call) => (maySee() ? findByDigest.query(...call) : []) } },
  },
  { skipHeld: true, digests },
)

/**
 * Asks the server, once, whether it accepts a key, and what the key may do.
 *
 * @throws TintypeError `UNAUTHENTICATED`, `RATE_LIMITED`, or why the server gave no answer
 */
export async function checkKey(key: string): Promise<readonly Right[]> {
  const { system } = createTintypeClient({ url, token: key, retry: { attempts: 1 } })
  return (await system.about.query()).rights
}
