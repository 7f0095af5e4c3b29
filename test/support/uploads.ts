import { basename } from 'node:path'
import { expect, vi } from 'vitest'
import { basePath, urlAt } from './base-path.ts'
import { type Form, type Part, writeForm } from './multipart.ts'
import type { Answer } from './raw-http.ts'
import type { Tintype } from './start-tintype.ts'

/** A photo as JSON. Declared again on purpose: these tests must notice when the contract's type changes. */
export interface PhotoJson {
  readonly id: string
  readonly url: string
  readonly thumbnail: { readonly url: string; readonly width: number; readonly height: number }
  readonly filename: string
  readonly byteSize: number
  readonly sha256: string
  readonly format: string
  readonly mimeType: string
  readonly width: number
  readonly height: number
  readonly placeholder: string
  readonly title: string | null
  readonly alt: string | null
  readonly tags: readonly string[]
  readonly createdAt: string
  readonly takenAt: string | null
}

/** An error as it crosses the wire. */
export interface ProblemJson {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly requestId: string
  readonly [fact: string]: unknown
}

/** Sends a request and reads the whole answer. */
export async function ask(tintype: Tintype, path: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(urlAt(tintype.url, path), init)
  return {
    status: response.status,
    headers: response.headers,
    body: Buffer.from(await response.arrayBuffer()),
  }
}

/** Uploads a form. */
export function postForm(
  tintype: Tintype,
  form: Form | readonly Part[],
  headers: Record<string, string> = {},
): Promise<Answer> {
  const { contentType, body } = 'contentType' in form ? form : writeForm(form)
  return post(tintype, '/photos', { body, headers: { 'Content-Type': contentType, ...headers } })
}

/** Uploads raw bytes, with `?query` after the path if given. */
export function postBytes(
  tintype: Tintype,
  body: Uint8Array,
  { query = '', headers = {} }: { query?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return post(tintype, `/photos${query}`, { body, headers: { 'Content-Type': 'image/jpeg', ...headers } })
}

function post(
  tintype: Tintype,
  path: string,
  { body, headers }: { body: Uint8Array; headers: Record<string, string> },
): Promise<Answer> {
  return ask(tintype, path, { method: 'POST', body: new Uint8Array(body), headers })
}

/** The photo of an upload that succeeded. */
export function expectPhoto(answer: Answer): PhotoJson {
  expect(answer.status, answer.body.toString()).toBe(201)
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
  const photo = JSON.parse(answer.body.toString()) as PhotoJson
  expect(answer.headers.get('location')).toBe(`${basePath}/photos/${photo.id}`)
  return photo
}

/** The problem of a refused request. Every refusal has the same form. */
export function expectProblem(answer: Answer, status: number, code: string): ProblemJson {
  const problem = JSON.parse(answer.body.toString() || '{}') as ProblemJson
  expect([answer.status, problem.code], problem.detail).toEqual([status, code])
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(problem.status).toBe(status)
  expect(problem.type).toBe(`urn:tintype:problem:${code.toLowerCase().replaceAll('_', '-')}`)
  expect(problem.title).not.toBe('')
  expect(problem.detail).not.toBe('')
  expect(problem.requestId).toMatch(/^[0-9a-f-]{36}$/)
  expect(problem.requestId).toBe(answer.headers.get('x-request-id'))
  return problem
}

/** Runs a function that must leave neither bytes nor rows, for any answer (I2). */
export async function keepsNothing<Result>(tintype: Tintype, run: () => Promise<Result>): Promise<Result> {
  await settled(tintype)
  const before = await originals(tintype)
  const result = await run()
  expect(await tintype.staged()).toEqual([])
  expect(await originals(tintype)).toEqual(before)
  expect(await countPhotos(tintype)).toBe(before.length)
  return result
}

/**
 * Resolves when every photo has its thumbnail, and the temporary files are removed. After a burst of uploads some thumbnails
 * are made on their first view only, so this views them.
 */
export async function settled(tintype: Tintype): Promise<void> {
  // Without a time limit: each view costs a decode, and hundreds take long.
  for (const id of await listBare(tintype))
    expect((await ask(tintype, `/media/${id}/thumb.webp`)).status, id).toBe(200)
  await vi.waitFor(async () => expect(await tintype.staged()).toEqual([]), waiting)
}

/** Ids of the photos that have no thumbnail. */
async function listBare(tintype: Tintype): Promise<string[]> {
  const blobs = await tintype.blobs()
  const idOf = (blob: string) => basename(blob).slice(0, 36)
  const thumbnails = new Set(blobs.filter((blob) => blob.endsWith('.thumb.webp')).map(idOf))
  const ids = blobs.filter((blob) => blob.startsWith('originals')).map(idOf)
  return ids.filter((id) => !thumbnails.has(id))
}

/** How long something may take on a busy machine. */
export const waiting = { timeout: 60_000, interval: 10 }

/** Blobs of originals, without their renditions. */
export async function originals(tintype: Tintype): Promise<string[]> {
  return (await tintype.blobs()).filter((blob) => blob.startsWith('originals'))
}

/** How many rows there are. */
export async function countPhotos(tintype: Tintype): Promise<number> {
  return readMetric(tintype, 'tintype_photos')
}

/** A gauge's or a counter's value. */
export async function readMetric(tintype: Tintype, name: string): Promise<number> {
  const text = (await ask(tintype, '/metrics')).body.toString()
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1])
}
