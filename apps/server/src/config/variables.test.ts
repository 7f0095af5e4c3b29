import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { problemsOf } from '../testing/problems-of.ts'
import { parseConfig } from './config.ts'
import { variables } from './variables.ts'

type Env = Record<string, string>

describe('values', () => {
  test.each<readonly [Env, object]>([
    [{ TINTYPE_HOST: '127.1.2.3' }, { http: { host: '127.1.2.3', isLoopback: true } }],
    [{ TINTYPE_HOST: '[::1]' }, { http: { host: '::1', isLoopback: true } }],
    [{ TINTYPE_HOST: 'LocalHost' }, { http: { host: 'localhost', isLoopback: true } }],
    [
      { TINTYPE_HOST: '0.0.0.0', TINTYPE_OPEN: '1' },
      { http: { host: '0.0.0.0', isLoopback: false, isOpen: true }, access: { mode: 'open' } },
    ],
    [{ TINTYPE_HOST: 'photos.lan', TINTYPE_OPEN: 'true' }, { http: { isLoopback: false, isOpen: true } }],
    [{ TINTYPE_OPEN: 'false' }, { http: { isOpen: false } }],
    [{ TINTYPE_OPEN: '1' }, { http: { isLoopback: true, isOpen: true } }],
    [{ TINTYPE_PORT: '0' }, { http: { port: 0 } }],
    [{ TINTYPE_PORT: ' 8080 ' }, { http: { port: 8080 } }],
    [{ PORT: '8080' }, { http: { port: 8080 } }],
    [{ PORT: '8080', TINTYPE_PORT: '8081' }, { http: { port: 8081 } }],
    [{ PORT: 'pipe', TINTYPE_PORT: '8081' }, { http: { port: 8081 } }],
    [
      { TINTYPE_PUBLIC_URL: 'https://Photos.Example.com:443/' },
      { http: { publicUrl: 'https://photos.example.com' } },
    ],
    [{ TINTYPE_OPERATIONS_PORT: '9464' }, { http: { operationsPort: 9464 } }],
    [{ TINTYPE_OPERATIONS_PORT: 'OFF' }, { http: { operationsPort: 'off' } }],
    [{ TINTYPE_PUBLIC_URL: 'http://localhost:3000' }, { http: { publicUrl: 'http://localhost:3000' } }],
    [
      { TINTYPE_PUBLIC_URL: 'HTTPS://Example.com/photos-app/' },
      { http: { publicUrl: 'https://example.com/photos-app' } },
    ],
    [{ TINTYPE_PUBLIC_URL: 'http://[::1]:80/a/B' }, { http: { publicUrl: 'http://[::1]/a/B' } }],
    [{ TINTYPE_BASE_PATH: '/' }, { http: { basePath: '' } }],
    [{ TINTYPE_BASE_PATH: '/files' }, { http: { basePath: '/files' } }],
    [{ TINTYPE_BASE_PATH: '/a/b.c/D~_-1/' }, { http: { basePath: '/a/b.c/D~_-1' } }],
    [{ TINTYPE_STATIC_DIR: 'web' }, { http: { staticDirectory: resolve('web') } }],
    [
      { TINTYPE_CORS_ORIGINS: 'https://a.example, http://b.example:5173,,https://A.example' },
      { http: { corsOrigins: ['https://a.example', 'http://b.example:5173'] } },
    ],
    [
      { TINTYPE_CORS_ORIGINS: 'capacitor://localhost,tauri://localhost,moz-extension://0a1b-2c' },
      { http: { corsOrigins: ['capacitor://localhost', 'tauri://localhost', 'moz-extension://0a1b-2c'] } },
    ],
    [{ TINTYPE_CORS_HEADERS: 'X-App, x-build' }, { http: { corsHeaders: ['X-App', 'x-build'] } }],
    [
      { TINTYPE_ALLOWED_HOSTS: 'Photos.lan., 10.0.0.1,[fe80::1]' },
      { http: { allowedHosts: ['photos.lan', '10.0.0.1', 'fe80::1'] } },
    ],
    [
      { TINTYPE_DATA_DIR: '/srv/photos' },
      {
        dataDirectory: resolve('/srv/photos'),
        storage: { directory: resolve('/srv/photos/media') },
        catalog: { file: resolve('/srv/photos/tintype.db') },
      },
    ],
    [
      { TINTYPE_REQUIRE_MOUNT: '/srv/photos/, /mnt/b' },
      { requiredMounts: [resolve('/srv/photos'), resolve('/mnt/b')] },
    ],
    [
      { TINTYPE_STORAGE_URL: 'file:my%20blobs' },
      { storage: { kind: 'disk', directory: resolve('data/my blobs') } },
    ],
    [{ TINTYPE_STORAGE_URL: 'file:/mnt/blobs' }, { storage: { directory: resolve('/mnt/blobs') } }],
    [{ TINTYPE_STORAGE_URL: 'file:///mnt/blobs' }, { storage: { directory: resolve('/mnt/blobs') } }],
    [
      { TINTYPE_STORAGE_URL: 'file://localhost/mnt/blobs' },
      { storage: { directory: resolve('/mnt/blobs') } },
    ],
    [
      { TINTYPE_STORAGE_URL: 'memory:', TINTYPE_DATABASE_URL: 'memory:' },
      { storage: { kind: 'memory' }, catalog: { kind: 'memory' } },
    ],
    [
      { TINTYPE_DATABASE_URL: 'file:///mnt/rows.db' },
      { catalog: { kind: 'sqlite', file: resolve('/mnt/rows.db') } },
    ],
    [{ TINTYPE_MAX_UPLOAD_SIZE: '1' }, { limits: { maxUploadByteSize: 1 } }],
    [{ TINTYPE_MAX_UPLOAD_SIZE: '100B' }, { limits: { maxUploadByteSize: 100 } }],
    [{ TINTYPE_MAX_UPLOAD_SIZE: '10 kb' }, { limits: { maxUploadByteSize: 10_240 } }],
    [{ TINTYPE_MAX_UPLOAD_SIZE: '10KiB' }, { limits: { maxUploadByteSize: 10_240 } }],
    [{ TINTYPE_MAX_UPLOAD_SIZE: '5MiB' }, { limits: { maxUploadByteSize: 5_242_880 } }],
    [{ TINTYPE_MAX_UPLOAD_SIZE: '4gb' }, { limits: { maxUploadByteSize: 4_294_967_296 } }],
    [{ TINTYPE_MAX_UPLOAD_SIZE: '1GiB' }, { limits: { maxUploadByteSize: 1_073_741_824 } }],
    [{ TINTYPE_ALLOWED_FORMATS: 'PNG, jpeg,png' }, { limits: { allowedFormats: ['png', 'jpeg'] } }],
    [{ TINTYPE_MAX_PIXELS: '1001' }, { limits: { maxPixels: 1001, maxAvifPixels: 500 } }],
    [{ TINTYPE_MAX_CONCURRENT_UPLOADS: '1' }, { limits: { maxConcurrentUploads: 1 } }],
    [{ TINTYPE_DECODERS: '3' }, { decoders: 3 }],
    [{ TINTYPE_UPLOAD_IDLE_TIMEOUT: '250ms' }, { limits: { uploadIdleTimeoutMs: 250 } }],
    [{ TINTYPE_UPLOAD_IDLE_TIMEOUT: '2m' }, { limits: { uploadIdleTimeoutMs: 120_000 } }],
    [
      { TINTYPE_DRAIN_DELAY: '0s', TINTYPE_STOP_TIMEOUT: '2m' },
      { stop: { drainDelayMs: 0, timeoutMs: 120_000 } },
    ],
    [{ TINTYPE_QUARANTINE_RETENTION: '30d' }, { quarantineRetentionSeconds: 2_592_000 }],
    [{ TINTYPE_LOG_LEVEL: 'SILENT' }, { log: { level: 'silent' } }],
  ])('%o', (env, expected) => {
    expect(parseConfig(env)).toMatchObject(expected)
  })

  test.each<readonly [keyof typeof variables, readonly string[]]>([
    ['host', ['http://127.0.0.1', '127.0.0.1:3000', 'my host', '-x', '/tmp/x.sock', 'a'.repeat(300)]],
    ['port', ['x', '-1', '65536', '3000.5', '0x10', '1e3', '9'.repeat(30)]],
    ['quarantineRetentionSeconds', ['1h', '3651d', '30', 'never', '86400s', '1440m']],
    ['operationsPort', ['none', '-1', '65536', '127.0.0.1:9464']],
    ['dataDirectory', ['a\0b', 's3://bucket']],
    ['requiredMounts', ['photos', 'file:///srv', '/srv,photos']],
    [
      'storage',
      [
        './media',
        '/srv',
        'file:',
        'file://server/share',
        'file:a?b',
        'file:a#b',
        'file:%',
        'file:a%2fb',
        'file:%00',
        'memory',
        'memory:x',
        'http://x',
        's3://bucket?key=hunter2',
        's3://key:hunter2@bucket/prefix',
        'S3:bucket',
      ],
    ],
    ['catalog', ['tintype.db', 'file:x.db?mode=ro', 'postgres://u:p@h', 'postgresql://h/db', 'sqlite:x.db']],
    [
      'publicUrl',
      [
        'photos.example.com',
        'https:photos.example.com',
        'ftp://a.example',
        'https://a.example//photos',
        'https://a.example/a/../b',
        'https://a.example/%61',
        'https://a.example/photos?x',
        'https://a.example/?x',
        'https://a.example/#x',
        'https://u@a.example',
        'https://u:p@a.example',
        'https://',
        'null',
        '*',
      ],
    ],
    [
      'basePath',
      [
        'files',
        '//',
        '//evil.example',
        '/a//b',
        '/a/b//',
        '/..',
        '/a/../b',
        '/a/.',
        '/./a',
        '/a?b',
        '/a#b',
        '/a b',
        '/a%2fb',
        '/a\\b',
        '/ä',
        '/:a',
        '/(a)',
        'https://a.example/b',
        `/${'a'.repeat(200)}`,
      ],
    ],
    ['staticDirectory', ['a\0b', 'https://cdn.example']],
    [
      'maxUploadByteSize',
      ['0', '0mb', '-1', '1.5mb', '25 megs', '25tb', 'mb', '1e6', '9'.repeat(16), `${'9'.repeat(15)}gb`],
    ],
    ['allowedFormats', [',', 'jpg', 'jpeg,svg', '*']],
    ['maxPixels', ['0', '1', '100mp', '1e8', '-5']],
    ['maxConcurrentUploads', ['0', '10001', 'all']],
    ['uploadIdleTimeoutMs', ['0s', '15', '15h', '61m', '-1s', '1.5s', 'never']],
    [
      'corsOrigins',
      [
        '*',
        'null',
        'https://a.example/',
        'https://a.example/x',
        'a.example',
        'https://*.example',
        'https://u@a.example',
        'https://a.example,*',
        'capacitor://localhost/',
        'CAPACITOR://localhost',
        'capacitor://user@localhost',
        'file://localhost',
        'javascript://x',
      ],
    ],
    ['corsHeaders', ['*', 'X App', 'X-App:', 'ä']],
    ['allowedHosts', ['*', '*.lan', 'http://photos.lan', 'photos.lan:3000', 'a b', 'photos.lan/x']],
    ['isOpen', ['yes', '2', 'on']],
    ['logLevel', ['verbose', 'warning', '30']],
    ['renditionCacheByteSize', ['0', 'all', '1.5gb']],
    ['drainDelayMs', ['-1s', '5', '11m', '1h']],
    ['stopTimeoutMs', ['0s', '30', '2h']],
    ['logFormat', ['pretty', '1']],
  ])('%s refuses values that it cannot use, and says what it expects', (key, texts) => {
    const { name } = variables[key]
    for (const text of texts) {
      const problems = problemsOf({ [name]: text })
      expect(problems, text).toHaveLength(1)
      expect(problems[0]).toMatch(new RegExp(`^${name}: .+; received ".*"$`))
    }
  })

  test.each([
    'postgres://user:hunter2@db',
    'postgres://user:hun@hunter2@db',
    'mysql://hunter2',
    'https://user:hunter2@photos.example.com',
    'user:hunter2@photos.example.com',
    'https://photos.example.com/?key=hunter2',
    's3:hunter2',
  ])('B230: a secret in %s is never shown', (text) => {
    for (const { name } of Object.values(variables)) {
      const problems = problemsOf({ [name]: text, TINTYPE_S3_SECRET: 'hunter2' }, [
        '--token',
        'hunter2',
        `--key=${text}`,
      ])
      expect(problems.join('\n')).not.toContain('hunter2')
    }
  })

  test('a value is shown on one line, shortened', () => {
    const [problem = ''] = problemsOf({ TINTYPE_PORT: `3000\n${'x'.repeat(10_000)}` })
    expect(problem).toContain('received "3000\\nxxx')
    expect(problem.length).toBeLessThan(200)
  })
})

describe('documentation', () => {
  const all = Object.values(variables)
  const read = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8')

  test.each(all.map((one) => [one.name, one] as const))('%s is documented with its default', (name, one) => {
    const written = one.default === '' ? '–' : `\`${one.default}\``
    expect(read('docs/configuration.md').split('\n')).toContain(
      `| \`${name}\` | ${written} | ${one.meaning} |`,
    )
    const lines = read('.env.example').split('\n')
    expect(lines[lines.indexOf(`# ${name}=${one.default}`) - 1]).toBe(`# ${one.meaning.replaceAll('`', '')}`)
  })

  test.each(['docs/configuration.md', '.env.example'])('%s has no other variables', (path) => {
    const known = new Set<string>([...all.map(({ name }) => name), 'TINTYPE_PROT'])
    const named = new Set(read(path).match(/\bTINTYPE_[A-Z_]+/g))
    expect([...named].filter((name) => !known.has(name))).toEqual([])
  })
})
