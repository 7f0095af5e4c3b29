import { execSync } from 'node:child_process'
import { defineConfig } from 'tsdown'

const shared = { format: 'esm', platform: 'neutral', target: 'es2022', fixedExtension: false } as const

export default defineConfig(() => {
  execSync('tsc -p tsconfig.emit.json', { stdio: 'inherit' })
  return [
    {
      ...shared,
      // files of their own, so that `use client` of the hooks does not apply to <Photo>
      entry: ['src/index.ts', 'src/next.ts', 'src/photo.ts'],
      unbundle: true,
      dts: false,
      inputOptions: { checks: { moduleLevelDirective: false } },
    },
    {
      ...shared,
      entry: {
        index: './.declarations/index.d.ts',
        next: './.declarations/next.d.ts',
        photo: './.declarations/photo.d.ts',
      },
      dts: { dtsInput: true, emitDtsOnly: true },
      clean: false,
    },
  ]
})
