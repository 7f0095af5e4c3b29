import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { bundlePage } from '../../../support/bundle-page.ts'
import { repository } from '../servers/contestants.ts'
import type { BenchContext, WorkloadResult } from '../workload.ts'

const pages = {
  'upload only (createUploader)': 'createUploader',
  'every call (createTintypeClient)': 'createTintypeClient',
}

/** Bytes that a page with the SDK loads at once, minified by Vite and compressed by gzip. */
export async function measureSdkSize(context: BenchContext): Promise<WorkloadResult[]> {
  const built = join(repository, 'packages/client/dist/index.js')
  if (!existsSync(built)) {
    context.say('SDK size: left out, because packages/client is not built (npm run build)')
    return []
  }
  const rows = []
  for (const [name, entry] of Object.entries(pages))
    rows.push({ name, values: [(await bundlePage(entry, built)).gzipByteSize / 1000] })
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
