import { execSync } from 'node:child_process'
import { defineConfig } from 'tsdown'

const shared = { format: 'esm', platform: 'neutral', target: 'es2022', fixedExtension: false } as const

export default defineConfig(() => {
  // declares the three packages that the SDK is made from; below they become one file
  execSync('tsc -p tsconfig.emit.json', { stdio: 'inherit' })
  return [
    {
      ...shared,
      // files of their own, so that bundlers leave tRPC out of a page that only uploads
      entry: ['src/index.ts', 'src/queue.ts', 'src/router.ts', 'src/server.ts'],
      unbundle: true,
      dts: false,
    },
    {
      ...shared,
      entry: {
        index: './.declarations/client/src/index.d.ts',
        queue: './.declarations/client/src/queue.d.ts',
        router: './.declarations/client/src/router.d.ts',
        server: './.declarations/client/src/server.d.ts',
      },
      dts: { dtsInput: true, emitDtsOnly: true, tsconfig: 'tsconfig.bundle.json' },
      clean: false,
    },
  ]
})
