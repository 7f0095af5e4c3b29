import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import { startCatalogs } from '../drivers/postgres/testing/start-catalogs.ts'
import { openPostgresCatalog, type PostgresCatalogOptions } from '../drivers/postgres.ts'
import { hasPostgres } from '../testing/start-postgres.ts'
import { keepLease } from './keep-lease.ts'
import type { LeaseAnswer } from './leases.ts'

const times = { name: 'sweep', durationMs: 1000, intervalMs: 100 }

/** Another process that keeps the lease. Resolves when it has it. */
async function startHolder(directory: string, options: PostgresCatalogOptions) {
  const script = `
    import { openPostgresCatalog } from ${JSON.stringify(import.meta.resolve('../drivers/postgres.ts'))}
    import { keepLease } from ${JSON.stringify(import.meta.resolve('./keep-lease.ts'))}
    const catalog = await openPostgresCatalog(${JSON.stringify(options)})
    const work = async (lease) => {
      await lease.saveState('swept once')
      console.log('working')
      await new Promise((resolve) => lease.signal.addEventListener('abort', resolve))
    }
    keepLease(catalog, { ...${JSON.stringify(times)}, holder: 'the other process', work })`
  const file = join(directory, 'holder.mjs')
  await writeFile(file, script)
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  expect(line).toBe('working')
  return {
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

describe.skipIf(!hasPostgres)('a lease in PostgreSQL', () => {
  test('belongs to one process; when that is killed, another gets it with its state', async () => {
    await using catalogs = await startCatalogs()
    await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-lease-'))
    const options = catalogs.newOptions()
    await using catalog = await openPostgresCatalog(options)
    const holder = await startHolder(directory.path, options)

    const refused = Promise.withResolvers<void>()
    const granted = Promise.withResolvers<string>()
    let requests = 0
    let isKilled = false
    const watched = {
      ...catalog,
      async acquireLease(...given: Parameters<typeof catalog.acquireLease>): Promise<LeaseAnswer> {
        const answer = await catalog.acquireLease(...given)
        if (!isKilled) expect(answer.lease).toBeUndefined()
        requests += 1
        // For longer than the lease would last if it were not renewed.
        if (requests * times.intervalMs > 1.5 * times.durationMs) refused.resolve()
        return answer
      },
    }
    const work = async ({ state }: { readonly state: string }) => granted.resolve(state)
    await using _keeping = keepLease(watched, { ...times, holder: 'this process', work })
    await refused.promise
    isKilled = true
    await holder.kill()
    expect(await granted.promise).toBe('swept once')
  })
})
