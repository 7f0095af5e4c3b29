import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createTintypeClient } from '@tintype/client'
import { makeImage } from '@tintype/imaging/testing'
import { expect } from 'vitest'
import { runServer } from './run-server.ts'
import { serverEnvironment } from './server-environment.ts'
import { builtServer, startTintype, type Tintype } from './start-tintype.ts'
import { readMedia } from './upload.ts'
import type { PhotoJson } from './uploads.ts'

/** One place of a library: the environment of its servers. */
export interface Place {
  readonly dataDirectory: string
  readonly env: Readonly<Record<string, string>> & {
    readonly TINTYPE_STORAGE_URL: string
    readonly TINTYPE_DATABASE_URL: string
  }
}

/** A `tintype migrate` under way. */
export interface RunningMove {
  /** Resolves once it has written this. */
  wrote(text: string): Promise<void>
  kill(): void
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>
}

const argsTo = ({ env }: Place) => [
  'migrate',
  `--to-storage=${env.TINTYPE_STORAGE_URL}`,
  `--to-database=${env.TINTYPE_DATABASE_URL}`,
]

/** Starts a move in a process of its own. */
export function startMove(from: Place, to: Place, ...args: readonly string[]): RunningMove {
  const child = spawn(process.execPath, [builtServer, ...argsTo(to), ...args], {
    env: { ...serverEnvironment(from.dataDirectory), TINTYPE_DATA_DIR: from.dataDirectory, ...from.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  const waiting = new Set<() => void>()
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    for (const look of waiting) look()
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }))
  return {
    ended,
    kill: () => void child.kill('SIGKILL'),
    wrote: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!stderr.includes(text)) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
        void ended.then(() => reject(new Error(`the move ended: ${stderr}`)))
      }),
  }
}

/** Runs a move to its end. */
export function runMove(from: Place, to: Place, ...args: readonly string[]) {
  const env = { TINTYPE_DATA_DIR: from.dataDirectory, ...from.env }
  return runServer(env, [...argsTo(to), ...args])
}

/** Starts the server of a place. */
export function startAt({ dataDirectory, env }: Place): Promise<Tintype> {
  return startTintype({ dataDirectory, env })
}

/** A photo that a server has acknowledged, or will. */
export interface SentPhoto {
  readonly bytes: Uint8Array
  readonly key: string
  photo: PhotoJson | undefined
}

let width = 40

/** A new picture, which no other one equals. */
export async function newPhoto(): Promise<SentPhoto> {
  width += 1
  return {
    bytes: await makeImage({ width, height: 40, format: 'jpeg' }),
    key: randomUUID(),
    photo: undefined,
  }
}

/** Sends a photo with its idempotency key. @returns the answer's status */
export async function send(url: string, sent: SentPhoto): Promise<Response> {
  const answer = await fetch(`${url}/photos`, {
    method: 'POST',
    headers: { 'Content-Type': 'image/jpeg', 'Idempotency-Key': sent.key },
    body: new Uint8Array(sent.bytes),
  })
  if (answer.ok) sent.photo = (await answer.clone().json()) as PhotoJson
  return answer
}

/**
 * Uploads one photo after the other, until it is stopped, or one is refused because the library is being moved. A refused one is
 * returned without its photo.
 *
 * @param most so many at most
 */
export function keepUploading(
  url: string,
  most = Number.POSITIVE_INFINITY,
): { stop(): Promise<readonly SentPhoto[]> } {
  const all: SentPhoto[] = []
  let isStopped = false
  async function work() {
    while (!isStopped && all.length < most) {
      const sent = await newPhoto()
      const answer = await send(url, sent)
      all.push(sent)
      if (answer.ok) continue
      expect(answer.status).toBe(503)
      expect(await answer.json()).toMatchObject({ code: 'OVERLOADED' })
      expect(answer.headers.get('retry-after')).toBe('2')
      return
    }
  }
  const working = work()
  return {
    async stop() {
      isStopped = true
      await working
      return all
    },
  }
}

/** Every photo has the bytes that were sent, under the URL that was returned for it, and there is no other one. */
export async function expectWhole(tintype: Tintype, sent: readonly SentPhoto[]): Promise<void> {
  const ids = await listIds(tintype)
  expect(ids.toSorted()).toEqual(sent.map(({ photo }) => photo?.id ?? 'refused').toSorted())
  for (const { bytes, photo } of sent) {
    const stored = await readMedia(tintype.url, photo?.url ?? '')
    expect(hash(stored)).toBe(hash(bytes))
    expect(await readMedia(tintype.url, photo?.thumbnail.url ?? '')).not.toHaveLength(0)
  }
}

/** Ids of all photos, newest first. */
export async function listIds({ url }: Tintype): Promise<string[]> {
  const client = createTintypeClient({ url })
  const ids: string[] = []
  let cursor: string | null | undefined
  do {
    const page = await client.photos.list.query({ limit: 100, ...(cursor && { cursor }) })
    ids.push(...page.photos.map(({ id }) => id))
    cursor = page.nextCursor
  } while (cursor)
  return ids
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
