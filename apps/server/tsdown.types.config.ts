import { execSync } from 'node:child_process'
import { defineConfig } from 'tsdown'

execSync('tsc -p tsconfig.emit.json', { stdio: 'inherit' })

/** Puts the types of `createTintype`, which were declared above with all that they come from, into one file of the bundle. */
export default defineConfig({
  format: 'esm',
  platform: 'node',
  fixedExtension: false,
  entry: { index: './.declarations/apps/server/src/index.d.ts' },
  dts: { dtsInput: true, emitDtsOnly: true, tsconfig: 'tsconfig.bundle.json' },
  clean: false,
})
