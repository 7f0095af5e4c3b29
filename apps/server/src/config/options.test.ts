import { describe, expect, test } from 'vitest'
import { parseConfig, parseOptions } from './config.ts'
import { ConfigError } from './config-error.ts'

/** The problems of settings that are refused. */
function problemsOf(settings: object): readonly string[] {
  try {
    parseOptions(settings)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('options', () => {
  test('mean what the variables mean', () => {
    const fromOptions = parseOptions({
      dataDirectory: '/srv/photos',
      basePath: '/files',
      maxUploadSize: 1024,
      allowedFormats: ['png', 'webp'],
      maxPixels: 5000,
      uploadIdleTimeout: '2s',
      corsOrigins: ['https://a.example', 'https://b.example'],
      durability: 'relaxed',
      open: false,
      publicUrl: undefined,
    })
    const fromVariables = parseConfig({
      TINTYPE_DATA_DIR: '/srv/photos',
      TINTYPE_BASE_PATH: '/files',
      TINTYPE_MAX_UPLOAD_SIZE: '1kb',
      TINTYPE_ALLOWED_FORMATS: 'png,webp',
      TINTYPE_MAX_PIXELS: '5000',
      TINTYPE_UPLOAD_IDLE_TIMEOUT: '2s',
      TINTYPE_CORS_ORIGINS: 'https://a.example,https://b.example',
      TINTYPE_DURABILITY: 'relaxed',
    })
    expect(fromOptions).toEqual(fromVariables)
    expect(Object.isFrozen(fromOptions.http)).toBe(true)
  })

  test('that are omitted have the defaults of the variables', () => {
    expect(parseOptions({})).toEqual(parseConfig({}))
  })

  test('only open lets any host in: the address that the application listens on is not known', () => {
    expect(parseOptions({ open: true }).http).toMatchObject({ isOpen: true, isLoopback: false })
    expect(parseOptions({ open: false }).http).toMatchObject({ isOpen: false, isLoopback: true })
  })

  test('a public URL opens an embedded Tintype to everyone, though nothing was said about access', () => {
    const publicUrl = 'https://photos.example.com'
    expect(problemsOf({ publicUrl })).toEqual([
      'access: publicUrl is on another host, and anyone who reaches it may upload, read and delete; set access=closed, or ' +
        'access=open if the application checks every request',
    ])
    expect(problemsOf({ publicUrl, open: false })).toHaveLength(1)
    for (const chosen of [{ access: 'open' }, { access: 'closed' }, { open: true }])
      expect(problemsOf({ publicUrl, ...chosen })).toEqual([])
    for (const local of ['http://localhost:3000', 'http://photos.localhost', 'http://[::1]:3000'])
      expect(problemsOf({ publicUrl: local })).toEqual([])
  })

  test('an embedded Tintype is open unless it is closed by name', () => {
    const publicUrl = 'https://photos.example.com'
    expect(parseOptions({ publicUrl: 'http://localhost:3000' }).access.mode).toBe('open')
    const adminKey = 'a'.repeat(32)
    const { access, http } = parseOptions({ publicUrl, access: 'closed', adminKey, jwtScopes: ['read'] })
    expect([access.mode, http.isLoopback, http.isOpen]).toEqual(['closed', true, false])
    expect(problemsOf({ access: 'closed', open: true })).toEqual([
      'open, access: a server is open or closed; remove one of them',
    ])
    expect(problemsOf({ adminKey })).toEqual([
      'adminKey: an open server checks no credentials; set access=closed, or access=open if everyone may do everything',
    ])
  })

  test.each<[object, string]>([
    [{ maxPixels: 1e30 }, 'maxPixels: expected a number of pixels from 2 to 100000000000; received "1e+30"'],
    [{ maxPixels: null }, 'maxPixels: expected a number; received a value of another type'],
    [{ maxPixels: '5000' }, 'maxPixels: expected a number; received a text'],
    [{ maxUploadSize: true }, 'maxUploadSize: expected a number or a text; received a boolean'],
    [{ corsOrigins: [1] }, 'corsOrigins: expected a list of texts; received a value of another type'],
    [{ open: 'yes' }, 'open: expected a boolean; received a text'],
    [
      { allowedFormats: [] },
      'allowedFormats: expected a list that is not empty; omit the option to get its default',
    ],
    [{ publicUrl: ' ' }, 'publicUrl: expected a text that is not empty; omit the option to get its default'],
    [{ staticDir: 'web' }, 'staticDir: unknown option; did you mean staticDirectory?'],
    [
      { logLevel: 'info' },
      'logLevel: no option of an embedded Tintype; the application owns the server and the log',
    ],
  ])('%o is refused', (settings, problem) => {
    expect(problemsOf(settings)).toEqual([problem])
  })

  test('a directory that is a number or an empty text becomes a directory in the working directory', () => {
    expect(problemsOf({ dataDirectory: 42 })).toEqual(['dataDirectory: expected a text; received a number'])
    expect(problemsOf({ dataDirectory: '' })).toEqual([
      'dataDirectory: expected a text that is not empty; omit the option to get its default',
    ])
  })

  test('a log without its methods is accepted, and fails at the first line', () => {
    const problem =
      'log: expected an object with the methods debug, info, warn, error; omit it to log nothing'
    for (const log of [{}, null, 'console', { ...console, warn: undefined }])
      expect(problemsOf({ log })).toEqual([problem])
    expect(problemsOf({ log: console })).toEqual([])
    expect(problemsOf({ log: undefined, corsOrigins: [] })).toEqual([])
  })

  test('that conflict are named', () => {
    const [problem] = problemsOf({ storageUrl: 'memory:' })
    expect(problem).toMatch(/^storageUrl, databaseUrl: /)
    const settings = { dataDirectory: '/srv/a', staticDirectory: '/srv/a/web' }
    expect(problemsOf(settings)).toEqual([
      expect.stringMatching(
        /^staticDirectory: expected a directory apart from dataDirectory and storageUrl,/,
      ),
    ])
  })
})
