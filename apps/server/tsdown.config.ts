import { defineConfig } from 'tsdown'
import { collectLicenses } from './build/collect-licenses.ts'
import { escapeWideLetters } from './build/escape-wide-letters.ts'
import { httpByCall } from './build/http-by-call.ts'

/**
 * The server as it is published: everything but sharp, whose libraries are native, in a few files that lie side by
 * side, so that decoders and the writer's thread are found; the gallery's build lies beside them.
 */
export default defineConfig({
  entry: {
    main: 'src/main.ts',
    'decoder-process': '../../packages/imaging/src/decoders/decoder-process.ts',
    'writer-thread': '../../packages/catalog/src/drivers/sqlite/writer-thread.ts',
  },
  format: 'esm',
  platform: 'node',
  target: 'node24',
  dts: false,
  fixedExtension: false,
  deps: { neverBundle: ['sharp'], onlyImport: ['sharp'], onlyBundle: false },
  // depd makes functions with the right number of parameters by `eval`
  checks: { eval: false, pluginTimings: false },
  plugins: [httpByCall(), escapeWideLetters(), collectLicenses()],
  copy: { from: '../gallery/dist', rename: 'gallery' },
})
