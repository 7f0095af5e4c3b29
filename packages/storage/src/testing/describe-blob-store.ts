import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { type BlobStoreSubject, keep, listBlobs, makeBytes, newKey } from './blob-store-subject.ts'
import { describeBlobListing } from './describe-blob-listing.ts'
import { describeBlobReading } from './describe-blob-reading.ts'
import { describeBlobWriting } from './describe-blob-writing.ts'
import { describeClaims } from './describe-claims.ts'

export type { BlobStoreFixture, BlobStoreSubject } from './blob-store-subject.ts'

/** The contract of `BlobStore`, as tests; every driver must pass. */
export function describeBlobStore(name: string, subject: BlobStoreSubject): void {
  describe(`${name} as a BlobStore`, () => {
    describeBlobWriting(subject)
    describeBlobReading(subject)
    describeBlobListing(subject)
    describeClaims(subject)
    describeAbilities(subject)
  })
}

function describeAbilities({ open, abilities }: BlobStoreSubject): void {
  test('the driver can be probed, which leaves nothing', async () => {
    await using fixture = await open()
    await expect(fixture.store.probe()).resolves.toBeUndefined()
    expect(await listBlobs(fixture.store, '')).toEqual([])
  })

  test(`localPath is ${abilities.localPath ? 'there' : 'absent'}`, async () => {
    await using fixture = await open()
    const { store } = fixture
    expect(typeof store.localPath).toBe(abilities.localPath ? 'function' : 'undefined')
    if (!store.localPath) return
    const key = newKey()
    expect(await store.localPath(key)).toBeUndefined()
    await store.put(key, makeBytes(10), keep)
    const path = await store.localPath(key)
    expect(await readFile(path ?? '')).toEqual(makeBytes(10))
  })
}
