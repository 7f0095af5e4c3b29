import { createTintypeClient } from '@tintype/client'
import { expect } from 'vitest'
import {
  expectWhole,
  keepUploading,
  listIds,
  newPhoto,
  type Place,
  runMove,
  type SentPhoto,
  send,
  startAt,
  startMove,
} from './moves.ts'
import { runServer } from './run-server.ts'

/** Puts so many photos into a place. */
export async function fillPlace(place: Place, count: number): Promise<SentPhoto[]> {
  await using tintype = await startAt(place)
  const sent: SentPhoto[] = []
  for (let nth = 0; nth < count; nth += 1) {
    const one = await newPhoto()
    expect((await send(tintype.url, one)).status).toBe(201)
    sent.push(one)
  }
  return sent
}

/**
 * Moves a library while its server accepts uploads, and expects that nothing is lost: every acknowledged photo, its URLs, its
 * idempotency key, cursors of lists, and deletions. Returns all photos of the library afterwards.
 */
export async function moveBesideServer(
  from: Place,
  to: Place,
  before: readonly SentPhoto[],
): Promise<readonly SentPhoto[]> {
  await using source = await startAt(from)
  const client = createTintypeClient({ url: source.url })
  const { nextCursor } = await client.photos.list.query({ limit: 2 })
  const second = await client.photos.list.query({ limit: 3, ...(nextCursor && { cursor: nextCursor }) })

  const first = keepUploading(source.url, 20)
  const move = startMove(from, to)
  await move.wrote('Ready')
  const uploading = keepUploading(source.url)
  const deleted = before.at(-1)
  await client.photos.delete.mutate({ id: deleted?.photo?.id ?? '' })
  await using target = await startAt(to)
  expect(await move.ended).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('The library was moved to'),
  })
  const during = [...(await first.stop()), ...(await uploading.stop())]

  const late = await newPhoto()
  const refused = await send(source.url, late)
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('2')
  expect(await listIds(source)).not.toHaveLength(0)

  for (const sent of [...during.filter(({ photo }) => photo === undefined), late])
    expect((await send(target.url, sent)).status).toBe(201)
  const [known] = during
  if (known?.photo)
    expect(((await (await send(target.url, known)).json()) as { id: string }).id).toBe(known.photo.id)
  const whole = [...before.filter((sent) => sent !== deleted), ...during, late]
  await expectWhole(target, whole)
  const page = { limit: 3, ...(nextCursor && { cursor: nextCursor }) }
  const moved = await createTintypeClient({ url: target.url }).photos.list.query(page)
  const kept = second.photos.filter(({ id }) => id !== deleted?.photo?.id).map(({ id }) => id)
  expect(moved.photos.map(({ id }) => id).slice(0, kept.length)).toEqual(kept)
  await source.stop()
  const ending = await runServer({ TINTYPE_DATA_DIR: from.dataDirectory, ...from.env })
  expect(ending).toMatchObject({ code: 1, stderr: expect.stringContaining('This library was moved to') })
  return whole
}

/** Moves a library without a server, and expects it whole at the other place. */
export async function moveAtOnce(from: Place, to: Place, whole: readonly SentPhoto[]): Promise<void> {
  const ending = await runMove(from, to, '--switch')
  expect(ending).toMatchObject({ code: 0, stderr: expect.stringContaining('The library was moved to') })
  await using target = await startAt(to)
  await expectWhole(target, whole)
}
