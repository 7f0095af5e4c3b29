import { samplePhoto } from '@tintype/catalog/testing'
import { TintypeError } from '@tintype/contract'
import type { Imaging } from '@tintype/imaging'
import { describe, expect, test } from 'vitest'
import { originalKey } from '../blob-keys.ts'
import { openTestEngines } from '../testing/open-test-engines.ts'
import { createFailureMemory } from './negative-cache.ts'
import { createRenditions } from './renditions.ts'

const unreadable = new TintypeError('UNREADABLE_IMAGE', 'damaged')
const tooCostly = new TintypeError('TOO_MANY_PIXELS', 'takes too long')
const busy = new TintypeError('OVERLOADED', 'busy', { retryAfterSeconds: 1 })

describe('failures', () => {
  test('B299 are remembered for a minute', () => {
    let nowMs = 5_000_000
    const failures = createFailureMemory(() => nowMs)
    failures.remember('a', unreadable)
    nowMs += 59_999
    expect(failures.recall(['b', 'a'])).toBe(unreadable)
    nowMs += 1
    expect(failures.recall(['b', 'a'])).toBeUndefined()
  })

  test('B186 are not remembered for longer by a clock that is set back', () => {
    let nowMs = 5_000_000
    const failures = createFailureMemory(() => nowMs)
    failures.remember('a', unreadable)
    nowMs -= 1
    expect(failures.recall(['a'])).toBeUndefined()
  })

  test('B299 that may be over in a moment are not', () => {
    const failures = createFailureMemory(Date.now)
    for (const error of [busy, new TintypeError('STORAGE_FULL', 'full'), new Error('?'), 'UNREADABLE_IMAGE'])
      failures.remember('a', error)
    expect(failures.recall(['a'])).toBeUndefined()
  })

  test('are a thousand at most, and the newest stay', () => {
    const failures = createFailureMemory(Date.now)
    for (let at = 0; at < 2000; at += 1) failures.remember(String(at), tooCostly)
    expect(failures.recall(['999'])).toBeUndefined()
    expect(failures.recall(['1000'])).toBe(tooCostly)
    expect(failures.recall(['1999'])).toBe(tooCostly)
  })
})

describe('a rendition that cannot be made', () => {
  /** Renditions of one photo whose original lies in the store, and a decoder that fails as told. */
  async function setUp(fail: () => TintypeError) {
    const engines = await openTestEngines()
    const photo = samplePhoto({ format: 'jpeg' })
    const original = { contentType: 'image/jpeg', ifExists: 'fail' } as const
    await engines.blobs.put(originalKey(photo.id, 'jpeg'), Buffer.from('an original'), original)
    await engines.catalog.insert(photo)
    const clock = { nowMs: 1_000_000 }
    let renders = 0
    const render: Imaging['render'] = () => {
      renders += 1
      return Promise.reject(fail())
    }
    const imaging = { render } as Imaging
    const renditions = createRenditions({ ...engines, imaging, now: () => clock.nowMs })
    const ask = (name: string) =>
      renditions.obtain(photo, name, 'webp').then(
        () => 'made',
        (error: TintypeError) => error.code,
      )
    const dispose = () => engines[Symbol.asyncDispose]()
    return { clock, ask, renders: () => renders, [Symbol.asyncDispose]: dispose }
  }

  test('B299 of an original that does not decode costs one decode a minute, whatever is asked for', async () => {
    await using one = await setUp(() => unreadable)
    for (const name of ['thumb', 'thumb', 'w160', 'square'])
      expect(await one.ask(name)).toBe('UNREADABLE_IMAGE')
    expect(one.renders()).toBe(1)
    one.clock.nowMs += 60_000
    await one.ask('thumb')
    expect(one.renders()).toBe(2)
  })

  test('B299 because it takes too long does not stand in the way of others', async () => {
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
