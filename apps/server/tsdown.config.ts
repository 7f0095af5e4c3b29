import { defineConfig } from 'tsdown'
import { collectLicenses } from './build/collect-licenses.ts'
import { escapeWideLetters } from './build/escape-wide-letters.ts'
import { httpByCall } from './build/http-by-call.ts'
import { writeSdk } from './build/write-sdk.ts'

/**
 * The server as it is published: everything but sharp, whose libraries are native, in a few files that lie side by
 * side, so that decoders and the catalog's threads are found; the gallery's build lies beside them. The types are built
 * apart, because the server runs without them.
 */
export default defineConfig({
  format: 'esm',
  platform: 'node',
  target: 'node24',
  fixedExtension: false,
  entry: {
    main: 'src/main.ts',
    index: 'src/index.ts',
    'decoder-process': '../../packages/imaging/src/decoders/decoder-process.ts',
    'reader-thread': '../../packages/catalog/src/drivers/sqlite/long-reads/reader-thread.ts',
    'writer-thread': '../../packages/catalog/src/drivers/sqlite/writer-thread.ts',
  },
  dts: false,
  deps: { neverBundle: ['sharp'], onlyImport: ['sharp'], onlyBundle: false },
  // depd makes functions with the right number of parameters by `eval`
  checks: { eval: false, pluginTimings: false },
  plugins: [httpByCall(), escapeWideLetters(), collectLicenses(), writeSdk()],
  copy: { from: '../gallery/dist', rename: 'gallery' },
})
