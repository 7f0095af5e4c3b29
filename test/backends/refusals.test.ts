import { execFile } from 'node:child_process'
import { mkdtempDisposable, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PlainProxy, startPlainProxy } from '../support/start-plain-proxy.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import { clients } from './refusals/clients.ts'

const mib = 2 ** 20
const limit = 2 * mib

const tooLarge = [413, 'PAYLOAD_TOO_LARGE']
const notAnImage = [400, 'NOT_AN_IMAGE']
const wrongType = [415, 'UNSUPPORTED_MEDIA_TYPE']
/** What is posted, in this order, and the refusal that each client must read. */
const posted = [
  { file: 'not-an-image', byteSize: mib, type: 'image/jpeg', refusal: notAnImage },
  { file: 'just-above', byteSize: limit + 1, type: 'image/jpeg', refusal: tooLarge },
  { file: 'far-above', byteSize: 64 * mib, type: 'image/jpeg', refusal: tooLarge },
  // a form is refused by its length, before the type of its file is read
  { file: 'video', byteSize: 8 * mib, type: 'video/mp4', refusal: wrongType, refusalOfForm: tooLarge },
]

const ways: readonly ('directly' | PlainProxy)[] = ['directly', 'nginx', 'HAProxy', 'Apache httpd']

const running = new AsyncDisposableStack()
const run = promisify(execFile)
let tintype: Tintype
let directory: string

beforeAll(async () => {
  tintype = running.use(await startTintype({ env: { TINTYPE_MAX_UPLOAD_SIZE: `${limit}` } }))
  directory = running.use(await mkdtempDisposable(join(tmpdir(), 'tintype-refusals-'))).path
  const jpeg = await makeImage({ width: 80, height: 60, format: 'jpeg' })
  for (const { file, byteSize } of posted) {
    await writeFile(join(directory, file), file === 'not-an-image' ? '' : jpeg)
    await truncate(join(directory, file), byteSize)
  }
})
afterAll(() => running.disposeAsync())

describe.each(ways)('a refusal is read by a client that comes %s', (way) => {
  const between = new AsyncDisposableStack()
  let url: string

  beforeAll(async () => {
    url = way === 'directly' ? tintype.url : between.use(await startPlainProxy(way, tintype.url)).url
  })
  afterAll(() => between.disposeAsync())

  test.concurrent.each(Object.entries(clients))('B039 B075 %s', async (client, [command = '', ...args]) => {
    const files = posted.flatMap(({ file, type }) => [join(directory, file), type])
    const { stdout } = await run(command, [...args, `${url}/photos`, ...files])
    const read = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { status: number; body: string })
    expect(read.map(({ status, body }) => [status, JSON.parse(body).code])).toEqual(
      posted.map(({ refusal, refusalOfForm = refusal }) =>
        client.endsWith('a form') ? refusalOfForm : refusal,
      ),
    )
  })
})
