/*
 * What clients add to a page that uploads: a table for docs/performance.md. Needs `npm run build` and `npm ci` in test/bench.
 * Run it: node test/bench/src/clients/measure-sizes.ts
 */
import { join } from 'node:path'
import { bundlePage } from '../../../support/bundle-page.ts'
import { repository } from '../servers/contestants.ts'

const sdk = join(repository, 'packages/client/dist/index.js')
const here = (file: string) => join(import.meta.dirname, file)

const pages = [
  { client: '**Tintype**: `createUploader`', name: 'createUploader', module: sdk },
  {
    client: '**Tintype**: `createUploader` and `createUploadQueue`',
    name: '*',
    module: join(repository, 'test/support/uploads-of-a-page.ts'),
  },
  { client: '**Tintype**: `createTintypeClient`, every call', name: 'createTintypeClient', module: sdk },
  { client: '`@supabase/storage-js`', name: '*', module: here('supabase.ts') },
  { client: '`uploadthing/client`', name: '*', module: here('uploadthing.ts') },
  { client: '`tus-js-client`', name: '*', module: here('tus.ts') },
  { client: '`@uppy/core` and `@uppy/xhr-upload`', name: '*', module: here('uppy.ts') },
  { client: '`filepond`', name: '*', module: here('filepond.ts') },
]

console.log('| client | kB at once | kB when needed |\n| --- | --- | --- |')
for (const { client, name, module } of pages) {
  const { gzipByteSize, lazyGzipByteSizes } = await bundlePage(name, module)
  const lazy = Object.values(lazyGzipByteSizes).reduce((sum, byteSize) => sum + byteSize, 0)
  const [atOnce, later] = [gzipByteSize, lazy].map((byteSize) => (byteSize / 1000).toFixed(1))
  console.log(`| ${client} | ${atOnce} | ${lazy ? later : ''} |`)
}
