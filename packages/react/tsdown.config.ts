import { execSync } from 'node:child_process'
import { join } from 'node:path'
import { defineConfig } from 'tsdown'
import { copyDeclarations } from './build/copy-declarations.ts'

const shared = { platform: 'neutral', target: 'es2022', fixedExtension: false } as const
const code = {
  ...shared,
  entry: ['src/index.ts', 'src/next.ts', 'src/photo.ts'],
  dts: false,
  inputOptions: { checks: { moduleLevelDirective: false } },
} as const
const declared = ['index', 'next', 'photo'].map((name) => [name, `./.declarations/${name}.d.ts`])

export default defineConfig(() => {
  execSync('tsc -p tsconfig.emit.json', { stdio: 'inherit' })
  return [
    // files of their own, so that `use client` of the hooks does not apply to <Photo>
    { ...code, format: 'esm', unbundle: true },
    // thumbhash has no CommonJS, and Jest loads nothing else
    { ...code, format: 'cjs', clean: false, deps: { alwaysBundle: ['thumbhash'] } },
    {
      ...shared,
      format: 'esm',
      entry: Object.fromEntries(declared),
      dts: { dtsInput: true, emitDtsOnly: true },
      clean: false,
      hooks: { 'build:done': () => copyDeclarations(join(import.meta.dirname, 'dist')) },
    },
  ]
})
