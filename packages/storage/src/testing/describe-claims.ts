import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { type BlobStoreSubject, listBlobs } from './blob-store-subject.ts'

const newClaim = () => ({ libraryId: randomUUID(), storeId: randomUUID() })

/** Part of `describeBlobStore`: what `claim` promises. */
export function describeClaims({ open }: BlobStoreSubject): void {
  test('a new store has no claim, and keeps the first one', async () => {
    await using fixture = await open()
    const { store } = fixture
    expect(await store.readClaim()).toBeUndefined()
    const claim = newClaim()
    expect(await store.claim(claim)).toEqual(claim)
    expect(await store.claim(newClaim())).toEqual(claim)
    expect(await store.readClaim()).toEqual(claim)
  })

  test('racing claims all get the one that is kept', async () => {
    await using fixture = await open()
    const { store } = fixture
    const answers = await Promise.all(Array.from({ length: 8 }, () => store.claim(newClaim())))
    expect(new Set(answers.map(({ storeId }) => storeId))).toEqual(
      new Set([(await store.readClaim())?.storeId]),
    )
  })

  test('a claim is no blob, and nothing foreign', async () => {
    await using fixture = await open()
    const { store } = fixture
    await store.claim(newClaim())
    expect(await listBlobs(store, '')).toEqual([])
    const foreign: string[] = []
    for await (const name of store.listForeign?.() ?? []) foreign.push(name)
    expect(foreign).toEqual([])
  })
}
