import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { runRounds } from '../run-rounds.ts'
import { repository } from '../servers/contestants.ts'
import type { BenchContext, WorkloadResult } from '../workload.ts'

/** tRPC's own client, typed from the source of the same router. */
const bareClient = '@trpc/client and the router’s source'

const calls = `
const page = await client.photos.list.query({ limit: 50, tag: 'cat' })
const photo = await client.photos.update.mutate({ id: page.photos[0]!.id, title: 'T', tags: ['a'] })
const made = await client.thumbnails.create.mutate({ photoId: photo.id, width: 640, format: 'avif' })
export const shown: string = made.url + photo.filename
`
const consumers = {
  Tintype: `import { createTintypeClient } from '@tintype/client'
const client = createTintypeClient({ url: 'http://localhost:3000' })
${calls}`,
  [bareClient]: `import type { AppRouter } from '@tintype/api'
import { createTRPCClient, httpBatchLink } from '@trpc/client'
const client = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: 'http://localhost:3000/trpc' })] })
${calls}`,
}

/** How long compiling a consumer of the SDK takes, without a cache. */
export async function measureTypeCheck(context: BenchContext): Promise<WorkloadResult[]> {
  if (!existsSync(join(repository, 'packages/client/dist/index.d.ts'))) {
    context.say('Types: left out, because packages/client is not built (npm run build)')
    return []
  }
  context.say('Types')
  const sides = []
  for (const [at, [name, program]] of Object.entries(consumers).entries()) {
    const project = join(context.directory, `types-${at}`)
    await writeProject(project, program)
    sides.push({ name, turn: () => check(project) })
  }
  const values = await runRounds(sides, context)
  return [
    {
      id: 'types',
      title: 'Type-checking a consumer',
      unit: 'ms',
      isMoreBetter: false,
      rows: [...values].map(([name, each]) => ({ name, values: each })),
      references: [bareClient],
      notes: ['The same calls in one file, by `tsc`, without a cache.'],
    },
  ]
}

async function writeProject(project: string, program: string): Promise<void> {
  await mkdir(project, { recursive: true })
  await symlink(join(repository, 'node_modules'), join(project, 'node_modules'))
  await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module' }))
  await writeFile(join(project, 'consumer.ts'), program)
  const compilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, allowImportingTsExtensions: true },
    ...{ target: 'es2024', module: 'nodenext', types: ['node'] },
    lib: ['es2024', 'dom', 'dom.iterable', 'esnext.disposable', 'esnext.collection', 'esnext.iterator'],
  }
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }))
}

async function check(project: string): Promise<number> {
  const startedAt = performance.now()
  await promisify(execFile)(process.execPath, [join(repository, 'node_modules/.bin/tsc'), '-p', project])
  return performance.now() - startedAt
}
