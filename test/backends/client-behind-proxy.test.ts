import { createTintypeClient, type TintypeClient, type UploadInput } from '@tintype/client'
import { makeImage } from '@tintype/imaging/testing'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import { openBrowser } from '../support/open-browser.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'

/** Where the SDK runs. */
interface Engine {
  /** Sends one request through the proxy, once. @returns the failure as JSON; `null` if there is none */
  call(kind: 'upload' | 'query'): Promise<unknown>
  /** Uploads with retries. @returns the photo's id, the retries, and the phases */
  uploadThroughFaults(): Promise<{ id: string; reasons: string[]; phases: string[]; fractions: number[] }>
}

const running = new AsyncDisposableStack()
let tintype: Tintype
let proxy: FaultProxy
const engines = new Map<string, Engine>()

/** What both engines do with a client. It is sent to the page as text, so it uses nothing of this file. */
const steps = {
  async call(tintype: TintypeClient, kind: 'upload' | 'query', file: UploadInput) {
    const work = kind === 'upload' ? tintype.upload(file) : tintype.photos.list.query()
    return (work as Promise<unknown>).then(
      () => null,
      (error: unknown) => JSON.parse(JSON.stringify(error)),
    )
  },
  async upload(tintype: TintypeClient, file: UploadInput) {
    const reasons: string[] = []
    const phases: string[] = []
    const fractions: number[] = []
    const photo = await tintype.upload(file, {
      retry: {
        waitMs: () => 0,
        onRetry: ({ attempt, error, reason }) => void reasons.push(`${attempt} ${error.code} ${reason}`),
      },
      onProgress({ phase, fraction }) {
        if (phases.at(-1) !== phase) phases.push(phase)
        fractions.push(fraction)
      },
    })
    return { id: photo.id as string, reasons, phases, fractions }
  },
}

beforeAll(async () => {
  tintype = running.use(await startTintype())
  proxy = running.use(await startFaultProxy(tintype.url))
  const bytes = await makeImage({ width: 60, height: 40, format: 'png' })
  engines.set('Node', openNode(bytes))
  engines.set('Chromium', await openPage(bytes))
})
afterAll(() => running.disposeAsync())

function openNode(bytes: Uint8Array): Engine {
  const file = new File([new Uint8Array(bytes)], 'cat.png')
  const client = (attempts?: number) => createTintypeClient({ url: proxy.url, retry: { attempts } })
  return {
    call: (kind) => steps.call(client(1), kind, file),
    uploadThroughFaults: () => steps.upload(client(), file),
  }
}

/** A page of the proxy's origin, with the SDK that the server serves. */
async function openPage(bytes: Uint8Array): Promise<Engine> {
  const browser = await openBrowser()
  running.defer(() => browser.close())
  const page = await browser.newPage()
  const script = `import * as sdk from '/sdk.js'
    const file = new File([new Uint8Array([${bytes}])], 'cat.png')
    const client = (attempts) => sdk.createTintypeClient({ retry: { attempts } })
    globalThis.call = (kind) => (${steps.call.toString().replace(/^async call/, 'async function')})(client(1), kind, file)
    globalThis.upload = () => (${steps.upload.toString().replace(/^async upload/, 'async function')})(client(), file)`
  const body = `<!doctype html><title>Page</title><script type="module">${script}</script>`
  proxy.inject(({ url }) =>
    url === '/page'
      ? { kind: 'answer', status: 200, body, headers: { 'content-type': 'text/html' } }
      : undefined,
  )
  await page.goto(`${proxy.url}/page`)
  await page.waitForFunction(() => 'upload' in globalThis)
  return {
    call: (kind) => evaluate(page, `call('${kind}')`),
    uploadThroughFaults: () => evaluate(page, 'upload()'),
  }
}

const evaluate = <Value>(page: Page, expression: string) => page.evaluate(expression) as Promise<Value>

const html = { 'content-type': 'text/html' }
const answered = (status: number, headers: Record<string, string> = {}): Fault => ({
  ...{ kind: 'answer', status, body: '<h1>Proxy</h1>', headers: { ...html, ...headers } },
})
const page = { contentType: 'text/html', redirected: false }
const refusals: readonly [string, Fault, object][] = [
  [
    'a 401',
    answered(401, { 'www-authenticate': 'Bearer realm="staging"' }),
    { code: 'UNAUTHENTICATED', facts: { ...page, status: 401, scheme: 'Bearer' } },
  ],
  ['a 403', answered(403), { code: 'FORBIDDEN', facts: { ...page, status: 403 } }],
  ['a 408', answered(408), { code: 'UPLOAD_TIMEOUT', facts: { status: 408 } }],
  ['a 413', answered(413), { code: 'PAYLOAD_TOO_LARGE', message: expect.stringContaining('A proxy') }],
  ['a 429', answered(429, { 'retry-after': '7' }), { code: 'RATE_LIMITED', retryAfterSeconds: 7 }],
  ...[502, 503, 504, 520, 521, 522, 523, 524, 530].map((status): [string, Fault, object] => [
    `a ${status}`,
    answered(status, { 'retry-after': '2' }),
    { code: 'NETWORK_ERROR', retryAfterSeconds: 2, facts: { ...page, status } },
  ]),
  ['HTML with 200', answered(200), { code: 'UNEXPECTED_ANSWER', facts: { ...page, status: 200 } }],
  ['HTML with 404', answered(404), { code: 'UNEXPECTED_ANSWER', facts: { ...page, status: 404 } }],
  [
    'JSON of another server with 500',
    { kind: 'answer', status: 500, body: '{"ok":false}', headers: { 'content-type': 'application/json' } },
    { code: 'UNEXPECTED_ANSWER', facts: { status: 500, contentType: 'application/json' } },
  ],
  [
    'a login page',
    answered(302, { location: '/login' }),
    {
      code: 'UNEXPECTED_ANSWER',
      facts: { ...page, status: 200, redirected: true, url: expect.stringMatching(/\/login$/) },
    },
  ],
]

describe.each(['Node', 'Chromium'])('in %s', (name) => {
  const engine = () => engines.get(name) as Engine

  test.each(refusals)(
    '%s of a proxy is told apart from an answer of the server',
    async (_, fault, expected) => {
      proxy.inject(({ url }) => {
        if (/^\/(?:photos|trpc\/photos\.list)/.test(url)) return fault
        return url === '/login' ? answered(200) : undefined
      })
      for (const kind of ['upload', 'query'] as const)
        expect(await engine().call(kind), kind).toMatchObject({ ...expected, source: 'proxy' })
    },
  )

  test('a connection that ends before the answer is NETWORK_ERROR', async () => {
    proxy.inject(({ url }) =>
      /^\/(?:photos|trpc\/photos\.list)/.test(url) ? { kind: 'lose-answer' } : undefined,
    )
    for (const kind of ['upload', 'query'] as const)
      expect(await engine().call(kind)).toMatchObject({ code: 'NETWORK_ERROR', source: 'client' })
  })

  test('an upload outlasts a 504 after it was stored, a 502 and a 503, and is stored once', async () => {
    const faults: (Fault | undefined)[] = [
      { kind: 'replace-answer', status: 504 },
      answered(502),
      answered(503),
    ]
    proxy.inject(({ url }) => (url.startsWith('/photos') ? faults.shift() : undefined))
    const before = await countPhotos()
    const { id, reasons, phases, fractions } = await engine().uploadThroughFaults()
    expect(reasons).toEqual([1, 2, 3].map((attempt) => `${attempt} NETWORK_ERROR backoff`))
    expect(phases[0]).toBe('preparing')
    expect(phases.filter((phase) => phase === 'waiting')).toHaveLength(3)
    expect(phases.slice(-2)).toEqual(['processing', 'done'])
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
    expect(fractions.filter((one) => one > 0.99)).toEqual([1])
    expect(await countPhotos()).toBe(before + 1)
    expect((await fetch(`${tintype.url}/photos/${id}`)).status).toBe(200)
  })
})

async function countPhotos(): Promise<number> {
  const { result } = await (await fetch(`${tintype.url}/trpc/photos.list`)).json()
  return result.data.photos.length
}
