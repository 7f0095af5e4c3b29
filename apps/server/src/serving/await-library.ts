import { setTimeout as delay } from 'node:timers/promises'
import type { PhotoCatalog } from '@tintype/catalog'
import type { Log } from '@tintype/photos'
import { ConfigError } from '../config/config-error.ts'

/** Milliseconds between two looks at a library that is on its way. */
const lookEveryMs = 200

/**
 * Resolves once the library may be served. If it is being moved into this catalog, asks for the end of the move, and waits for it.
 * A library whose move is ending may be served: it is read, and its writes are refused for a moment.
 *
 * @throws ConfigError for a library that was moved away
 */
export async function awaitLibrary(catalog: PhotoCatalog, log: Log): Promise<void> {
  let { state, peer } = await catalog.readLibrary()
  if (state === 'arriving') {
    await catalog.askForSwitch()
    log.info(
      { event: 'move' },
      `the library is being moved here from ${peer}; the server starts when "tintype migrate" has switched`,
    )
  }
  while (state === 'arriving') {
    await delay(lookEveryMs)
    ;({ state, peer } = await catalog.readLibrary())
  }
  if (state !== 'moved') return
  throw new ConfigError(
    `This library was moved to ${peer}. Start the server with TINTYPE_STORAGE_URL and TINTYPE_DATABASE_URL of that place, or lead the library back with "tintype migrate"`,
  )
}
