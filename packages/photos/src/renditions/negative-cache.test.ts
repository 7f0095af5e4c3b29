import { samplePhoto } from '@tintype/catalog/testing'
import { TintypeError } from '@tintype/contract'
import type { Imaging } from '@tintype/imaging'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { originalKey } from '../blob-keys.ts'
import { openTestEngines } from '../testing/open-test-engines.ts'
import { createNegativeCache } from './negative-cache.ts'
import { createRenditions } from './renditions.ts'

// the wall clock, and the one that cannot be set back
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const unreadable = new TintypeError('UNREADABLE_IMAGE', 'damaged')
const tooCostly = new TintypeError('TOO_MANY_PIXELS', 'takes too long')
const busy = new TintypeError('OVERLOADED', 'busy', { retryAfterSeconds: 1 })

describe('failures', () => {
  test('B299 B186 are kept for a minute, whatever the wall clock shows', () => {
    const failures = createNegativeCache()
    failures.add('a', unreadable)
    vi.setSystemTime(0)
    vi.advanceTimersByTime(59_999)
    expect(failures.find(['b', 'a'])).toBe(unreadable)
    vi.advanceTimersByTime(1)
    expect(failures.find(['b', 'a'])).toBeUndefined()
  })

  test('B299 of a temporary cause are not', () => {
    const failures = createNegativeCache()
    for (const error of [busy, new TintypeError('STORAGE_FULL', 'full'), new Error('?'), 'UNREADABLE_IMAGE'])
      failures.add('a', error)
    expect(failures.find(['a'])).toBeUndefined()
  })

  test('are a thousand at most, and the newest stay', () => {
    const failures = createNegativeCache()
    for (let at = 0; at < 2000; at += 1) failures.add(String(at), tooCostly)
    expect(failures.find(['999'])).toBeUndefined()
    expect(failures.find(['1000'])).toBe(tooCostly)
    expect(failures.find(['1999'])).toBe(tooCostly)
  })
})

describe('a rendition that cannot be made', () => {
  /** Renditions of one photo whose original is in the store, and a decoder that fails. */
  async function setUp(fail: () => TintypeError) {
    const engines = await openTestEngines()
    const photo = samplePhoto({ format: 'jpeg' })
    const original = { contentType: 'image/jpeg', ifExists: 'fail' } as const
    await engines.blobs.put(originalKey(photo.id, 'jpeg'), Buffer.from('an original'), original)
    await engines.catalog.insert(photo)
    let renders = 0
    const render: Imaging['render'] = () => {
      renders += 1
      return Promise.reject(fail())
    }
    const imaging = { render } as Imaging
    const renditions = createRenditions({ ...engines, imaging })
    const ask = (name: string) =>
      renditions.obtain(photo, name, 'webp').then(
        () => 'made',
        (error: TintypeError) => error.code,
      )
    const dispose = () => engines[Symbol.asyncDispose]()
    return { ask, renders: () => renders, [Symbol.asyncDispose]: dispose }
  }

  test('B299 of an original that does not decode costs one decode a minute for any renditions', async () => {
    await using one = await setUp(() => unreadable)
    for (const name of ['thumb', 'thumb', 'w160', 'square'])
      expect(await one.ask(name)).toBe('UNREADABLE_IMAGE')
    expect(one.renders()).toBe(1)
    vi.advanceTimersByTime(60_000)
    await one.ask('thumb')
    expect(one.renders()).toBe(2)
  })

  test('B299 because it takes too long does not prevent other renditions', async () => {
    await using one = await setUp(() => tooCostly)
    for (const name of ['w3840', 'w3840', 'w160', 'w160']) expect(await one.ask(name)).toBe('TOO_MANY_PIXELS')
    expect(one.renders()).toBe(2)
  })

  test('B299 because all decoders are busy is tried again at once', async () => {
    await using one = await setUp(() => busy)
    for (const name of ['thumb', 'thumb', 'thumb']) expect(await one.ask(name)).toBe('OVERLOADED')
    expect(one.renders()).toBe(3)
  })
})
