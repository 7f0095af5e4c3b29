import { execSync } from 'node:child_process'
import { defineConfig } from 'tsdown'

const shared = { format: 'esm', platform: 'neutral', target: 'es2022', fixedExtension: false } as const

export default defineConfig(() => {
  execSync('tsc -p tsconfig.emit.json', { stdio: 'inherit' })
  return [
    // files of their own, so that each keeps its `use client`, and bundlers leave out what a page does not use
    { ...shared, entry: ['src/photo.ts'], unbundle: true, dts: false },
    {
      ...shared,
      entry: { photo: './.declarations/photo.d.ts' },
      dts: { dtsInput: true, emitDtsOnly: true },
      clean: false,
    },
  ]
})
