import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { filesLeftOut } from './test/support/topologies.ts'

// Tests start hundreds of processes and threads: what one has compiled, the next one reads.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/node', import.meta.url))

const properties = '{apps,packages}/*/src/**/*.property.test.ts'
const slow = '**/*.slow.test.ts'
/** Drivers with the real software that they need. */
const backend = '{apps,packages}/*/src/**/*.backend.test.ts'
/** Those that pack what is published, and install it elsewhere. */
const packing = ['test/backends/{client-package,react-next,react-package,recipes,server-package}.test.ts']
/** Tests that send no request to a server, or choose its base path themselves. */
const withoutServer = [
  'architecture',
  'base-path',
  'bench-report',
  'deployment',
  'dependency-floor',
  'readme',
  'source',
  'threat-coverage',
  'topologies',
].map((name) => `test/${name}.test.ts`)
/** The slow tests that are not run below a path: they send no requests, or choose the base path themselves. */
const slowAtTheRoot = [
  'test/!(thumbnails|doctor|keys|stopping|access-procedures|closed-procedures|rates|upload-overload|eager-ladder).slow.test.ts',
  'test/doctor-storm.slow.test.ts',
]
/** In CI the project `engines` runs most black-box tests below a path already. */
const hasEngines = process.env.TINTYPE_REQUIRE_BACKENDS === '1'
/** One process runs many files in turn: to start one for each file costs as much again as the unit tests themselves. */
const isolate = false
/** Tests of `packages/react` that render. `unit` runs them on React 18.2, which that package has installed for itself. */
const rendering = 'packages/react/src/**/*.test.tsx'
const react19 = fileURLToPath(new URL('node_modules', import.meta.url))

/** What these projects start and load is built before they run. */
const globalSetup = ['test/support/build-first.ts']

export default defineConfig({
  test: {
    reporters: ['dot'],
    // One for each core. Vitest's own default leaves one core free, which on two cores takes twice as long.
    maxWorkers: '100%',
    // Only a limit for a test that hangs: a busy machine takes several times as long as a quiet one.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{apps,packages}/*/src/**/*.test.{ts,tsx}'],
          exclude: [properties, slow, backend],
          isolate,
        },
      },
      {
        extends: true,
        test: {
          name: 'properties',
          include: [properties],
          setupFiles: ['test/support/fuzz-runs.ts'],
          isolate,
        },
      },
      {
        extends: true,
        // one directory for all of them, because two copies of React share no state
        resolve: { alias: [{ find: /^react(?=$|-dom|\/)/, replacement: `${react19}/react` }] },
        test: { name: 'react-19', include: [rendering], isolate },
      },
      {
        extends: true,
        resolve: {
          alias: [
            { find: /^react\/(jsx-(?:dev-)?runtime)$/, replacement: 'preact/$1' },
            { find: /^react-dom\/(client|server)$/, replacement: 'preact/compat/$1' },
            { find: /^react(?:-dom)?$/, replacement: 'preact/compat' },
          ],
        },
        test: { name: 'preact-11', include: [rendering], isolate },
      },
      {
        extends: true,
        test: { name: 'integration', include: ['test/*.test.ts'], exclude: [slow], globalSetup, isolate },
      },
      // The black-box tests once more, with every server below a path.
      {
        extends: true,
        test: {
          name: 'base-path',
          include: hasEngines ? ['test/*.slow.test.ts', ...filesLeftOut('engines')] : ['test/*.test.ts'],
          exclude: [...slowAtTheRoot, ...withoutServer],
          env: { TINTYPE_TEST_BASE_PATH: '/a/b' },
          globalSetup,
          isolate,
        },
      },
      // The black-box tests once more, with every server on the drivers that keep everything in memory.
      {
        extends: true,
        test: {
          name: 'memory',
          include: ['test/*.test.ts'],
          exclude: [slow, ...filesLeftOut('memory')],
          env: {
            TINTYPE_TEST_TOPOLOGY: 'memory',
            TINTYPE_TEST_STORAGE_URL: 'memory:',
            TINTYPE_TEST_DATABASE_URL: 'memory:',
          },
          globalSetup,
          setupFiles: ['test/support/use-topology.ts'],
          isolate,
        },
      },
      // The black-box tests once more, with every server on a real S3 engine and PostgreSQL, and below a path.
      {
        extends: true,
        test: {
          name: 'engines',
          include: ['test/*.test.ts'],
          exclude: [slow, ...filesLeftOut('engines')],
          env: { TINTYPE_TEST_TOPOLOGY: 'engines', TINTYPE_TEST_BASE_PATH: '/a/b' },
          globalSetup: [...globalSetup, 'test/support/start-engines.ts'],
          setupFiles: ['test/support/use-topology.ts'],
          isolate,
        },
      },
      // The black-box tests once more, with two nodes on these engines behind nginx instead of one server.
      {
        extends: true,
        test: {
          name: 'two-nodes',
          include: ['test/*.test.ts'],
          exclude: [slow, ...filesLeftOut('two-nodes')],
          env: { TINTYPE_TEST_TOPOLOGY: 'two-nodes' },
          globalSetup: [...globalSetup, 'test/support/start-engines.ts'],
          setupFiles: ['test/support/use-topology.ts'],
          isolate,
        },
      },
      // Run by CI and by `npm run test:slow`: each takes seconds of processor time, or the machine's memory.
      {
        extends: true,
        test: {
          name: 'slow',
          include: ['{apps,packages}/*/src/**/*.slow.test.ts', 'test/*.slow.test.ts'],
          globalSetup,
        },
      },
      // Each file starts the servers that it needs, on ports of its own.
      {
        extends: true,
        test: {
          name: 'backends',
          include: ['test/backends/*.test.ts', backend],
          exclude: packing,
          globalSetup,
        },
      },
      // One file at a time, and none beside them: packing builds, and a build writes what other tests serve and pack.
      {
        extends: true,
        test: {
          name: 'packages',
          include: packing,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          globalSetup,
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['test/faults/*.test.ts', 'test/shares/*.test.ts'],
          fileParallelism: false,
          globalSetup,
        },
      },
      { extends: true, test: { name: 'fuzz', include: ['test/fuzz/*.test.ts'], globalSetup } },
    ],
  },
})
