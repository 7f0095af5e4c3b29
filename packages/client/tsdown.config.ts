import { execSync } from 'node:child_process'
import { join } from 'node:path'
import { defineConfig } from 'tsdown'
import { copyDeclarations } from './build/copy-declarations.ts'

const shared = { platform: 'neutral', target: 'es2022', fixedExtension: false } as const
/** Files of their own, so that bundlers leave tRPC out of a page that only uploads. */
const code = {
  ...shared,
  entry: [
    'src/index.ts',
    'src/queue.ts',
    'src/router.ts',
    'src/search.ts',
    'src/server.ts',
    'src/shrink.ts',
    'src/words.ts',
  ],
  unbundle: true,
  dts: false,
}
const entries = ['index', 'queue', 'router', 'search', 'server', 'shrink', 'words']
const declared = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, `./.declarations/client/src/${name}.d.ts`]))
const declarations = {
  ...shared,
  dts: { dtsInput: true, emitDtsOnly: true, tsconfig: 'tsconfig.bundle.json' },
  clean: false,
}

export default defineConfig(() => {
  // declares the three packages that the SDK is made from; below they become one file
  execSync('tsc -p tsconfig.emit.json', { stdio: 'inherit' })
  return [
    { ...code, format: 'esm' },
    { ...code, format: 'cjs', clean: false },
    {
      ...declarations,
      format: 'esm',
      entry: declared(entries),
      hooks: { 'build:done': () => copyDeclarations(join(import.meta.dirname, 'dist')) },
    },
    // what servers serve as /sdk.js: one file, and not part of the package
    {
      ...shared,
      format: 'esm',
      platform: 'browser',
      entry: ['src/sdk.ts'],
      dts: false,
      minify: true,
      clean: false,
      outputOptions: { codeSplitting: false },
      // the part that is never needed in a page
      alias: { './rarely-needed.ts': './rarely-needed-in-pages.ts' },
      deps: { alwaysBundle: [/./] },
    },
    { ...declarations, format: 'esm', entry: declared(['sdk']) },
  ]
})
