import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { problemsOf } from '../testing/problems-of.ts'
import { parseConfig } from './config.ts'
import { variables } from './variables.ts'

type Env = Record<string, string>

describe('without a setting', () => {
  test('the defaults', () => {
    expect(parseConfig({ PATH: '/usr/bin' })).toEqual({
      http: {
        host: '127.0.0.1',
        port: 3000,
        publicUrl: undefined,
        basePath: '',
        mediaDelivery: 'stream',
        staticDirectory: undefined,
        corsOrigins: [],
        corsHeaders: [],
        allowedHosts: [],
        isLoopback: true,
        isOpen: false,
      },
      access: {
        mode: 'open',
        isModeChosen: false,
        signedUrlMaxLifeSeconds: 604_800,
        signedCache: 'private',
        defaultVisibility: 'public',
        rates: {},
        trustedProxies: [],
        ownerQuota: {},
        auditRetentionSeconds: 7_776_000,
      },
      dataDirectory: resolve('data'),
      requiredMounts: [],
      storage: { kind: 'disk', directory: resolve('data/media') },
      catalog: { kind: 'sqlite', file: resolve('data/tintype.db') },
      durability: 'full',
      inspection: 'decode',
      eagerRenditions: 'thumb',
      renditionCache: { maxByteSizePerPhoto: 64 * 1024 * 1024 },
      eventRetentionSeconds: 604_800,
      limits: {
        maxUploadByteSize: 26_214_400,
        allowedFormats: ['jpeg', 'png', 'webp', 'gif', 'avif'],
        maxPixels: 120_000_000,
        maxAvifPixels: 50_000_000,
        maxSide: 30_000,
        maxFrames: 1000,
        maxConcurrentUploads: 64,
        uploadIdleTimeoutMs: 15_000,
        minUploadBytesPerSecond: 1024,
        slowUploadGraceMs: 30_000,
        maxUploadDurationMs: 3_600_000,
        maxJsonByteSize: 262_144,
        maxBatchCalls: 20,
      },
      stop: { drainDelayMs: 0, timeoutMs: 30_000 },
      log: { level: 'info', format: 'auto' },
    })
  })

  test('empty values count as not set', () => {
    const env = Object.fromEntries(Object.values(variables).map(({ name }) => [name, ' ']))
    expect(parseConfig({ ...env, PORT: '' })).toEqual(parseConfig({}))
  })

  test('setting a variable to its default changes nothing', () => {
    const env = Object.fromEntries(Object.values(variables).map((one) => [one.name, one.default]))
    expect(parseConfig(env)).toEqual(parseConfig({}))
  })

  test('nothing can be changed afterwards', () => {
    const config = parseConfig({ TINTYPE_CORS_ORIGINS: 'https://a.example' })
    const parts = [config, config.http, config.http.corsOrigins, config.limits, config.limits.allowedFormats]
    for (const part of [...parts, config.storage, config.catalog, config.log])
      expect(Object.isFrozen(part)).toBe(true)
  })
})

describe('B314: the start is refused', () => {
  test.each([
    ['TINTYPE_PROT', 'TINTYPE_PROT: unknown name; did you mean TINTYPE_PORT?'],
    ['TINTYPE_MAX_UPLOADSIZE', 'TINTYPE_MAX_UPLOADSIZE: unknown name; did you mean TINTYPE_MAX_UPLOAD_SIZE?'],
    ['TINTYPE_DATABASE', 'TINTYPE_DATABASE: unknown name; did you mean TINTYPE_DATABASE_URL?'],
    ['tintype_port', 'tintype_port: unknown name; did you mean TINTYPE_PORT?'],
    ['TINTYPE_SOMETHING_ELSE', 'TINTYPE_SOMETHING_ELSE: unknown name'],
    ['TINTYPE_', 'TINTYPE_: unknown name'],
    ['TINTYPE_A\nB', 'TINTYPE_A\\nB: unknown name'],
  ])('the unknown name %j', (name, expected) => {
    expect(problemsOf({ [name]: 'value' })).toEqual([expected])
  })

  test('every problem is reported at once, one on each line', () => {
    const env = {
      TINTYPE_PROT: '1',
      TINTYPE_PORT: 'x',
      TINTYPE_MAX_PIXELS: '0',
      TINTYPE_ACCESS: 'ajar',
      TINTYPE_DATABASE_URL: 'file:media/x.db',
    }
    const problems = problemsOf(env, ['--colour', 'red'])
    const named = [
      'TINTYPE_PROT',
      '--colour',
      'TINTYPE_PORT',
      'TINTYPE_MAX_PIXELS',
      'TINTYPE_ACCESS',
      'TINTYPE_DATABASE_URL',
    ]
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(named)
    expect(() => parseConfig(env, ['--colour', 'red'])).toThrow(
      ['The configuration has 6 problems:', ...problems].join('\n'),
    )
  })

  test.each<Env>([
    { TINTYPE_STATIC_DIR: 'data' },
    { TINTYPE_STATIC_DIR: 'data/web' },
    { TINTYPE_STATIC_DIR: '.' },
    { TINTYPE_STATIC_DIR: '/mnt', TINTYPE_STORAGE_URL: 'file:///mnt/blobs' },
    { TINTYPE_STATIC_DIR: '/mnt/blobs/web', TINTYPE_STORAGE_URL: 'file:///mnt/blobs' },
  ])('uploads would be served as static files: %o', (env) => {
    expect(problemsOf(env)).toEqual([
      expect.stringMatching(/^TINTYPE_STATIC_DIR: expected a directory apart/),
    ])
  })

  test('one port for two listeners', () => {
    expect(problemsOf({ TINTYPE_PORT: '3000', TINTYPE_OPERATIONS_PORT: '3000' })).toEqual([
      'TINTYPE_OPERATIONS_PORT: expected another port than TINTYPE_PORT, or no value, which serves both on one',
    ])
    expect(problemsOf({ TINTYPE_PORT: '0', TINTYPE_OPERATIONS_PORT: '0' })).toEqual([])
  })

  test('a bundle beside the data is allowed', () => {
    expect(problemsOf({ TINTYPE_STATIC_DIR: 'data-web' })).toEqual([])
    expect(problemsOf({ TINTYPE_STATIC_DIR: '..data' })).toEqual([])
  })

  test.each<Env>([{ TINTYPE_STORAGE_URL: 'file:.' }, { TINTYPE_DATABASE_URL: 'file:media/rows.db' }])(
    'the database would lie among the photos: %o',
    (env) => {
      expect(problemsOf(env)).toEqual([
        expect.stringMatching(/^TINTYPE_DATABASE_URL: expected a file outside/),
      ])
    },
  )
})
