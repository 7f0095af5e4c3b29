import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Tests start hundreds of processes and threads that run TypeScript: what one has compiled, the next one reads.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/node', import.meta.url))

const properties = '{apps,packages}/*/src/**/*.property.test.ts'

export default defineConfig({
  test: {
    reporters: ['dot'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['{apps,packages}/*/src/**/*.test.{ts,tsx}'], exclude: [properties] },
      },
      {
        extends: true,
        test: { name: 'properties', include: [properties], setupFiles: ['test/support/fuzz-runs.ts'] },
      },
      {
        extends: true,
        test: { name: 'integration', include: ['test/*.test.ts'] },
      },
      { extends: true, test: { name: 'backends', include: ['test/backends/*.test.ts'] } },
      { extends: true, test: { name: 'faults', include: ['test/faults/*.test.ts'], fileParallelism: false } },
      { extends: true, test: { name: 'fuzz', include: ['test/fuzz/*.test.ts'] } },
    ],
  },
})
