import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { repository } from '../servers/contestants.ts'
import type { BenchContext, WorkloadResult } from '../workload.ts'

const pages = {
  'upload only (createUploader)': 'createUploader',
  'with tRPC (createTintypeClient)': 'createTintypeClient',
}

/** Bytes that the SDK adds to a page, minified by Vite and compressed by gzip. */
export async function measureSdkSize(context: BenchContext): Promise<WorkloadResult[]> {
  const built = join(repository, 'packages/client/dist/index.js')
  if (!existsSync(built)) {
    context.say('SDK size: left out, because packages/client is not built (npm run build)')
    return []
  }
  const rows = []
  for (const [name, entry] of Object.entries(pages)) {
    rows.push({ name, values: [(await bundle(entry, { built, directory: context.directory })) / 1000] })
  }
  return [
    {
      id: 'sdk-size',
      title: 'Tintype: its SDK in a page, minified and gzipped',
      unit: 'kB',
      isMoreBetter: false,
      rows,
      references: [],
      notes: [],
    },
  ]
}

async function bundle(
  name: string,
  { built, directory }: { built: string; directory: string },
): Promise<number> {
  const root = join(directory, `sdk-${name}`)
  await mkdir(root, { recursive: true })
  await writeFile(
    join(root, 'entry.js'),
    `import { ${name} } from ${JSON.stringify(built)}\nglobalThis.use = ${name}\n`,
  )
  const config = {
    root,
    logLevel: 'silent',
    build: { modulePreload: false, rolldownOptions: { input: join(root, 'entry.js') } },
  }
  await writeFile(join(root, 'vite.config.mjs'), `export default ${JSON.stringify(config)}`)
  const vite = join(repository, 'node_modules/vite/bin/vite.js')
  await promisify(execFile)(process.execPath, [vite, 'build', '--config', join(root, 'vite.config.mjs')])
  const assets = join(root, 'dist/assets')
  const scripts = await Promise.all((await readdir(assets)).map((file) => readFile(join(assets, file))))
  return gzipSync(Buffer.concat(scripts), { level: 9 }).length
}
