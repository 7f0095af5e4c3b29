import { type PhotoId, TintypeError } from '@tintype/contract'
import { expect, test } from 'vitest'
import { deletePhotos } from './delete-photos.ts'

const ids = Array.from({ length: 20 }, (_, at) => `photo ${at}` as PhotoId)
const actor = { scope: { includesPrivate: true } }

test('deletes a few at a time, and resolves with all outcomes in the order of the ids', async () => {
  let running = 0
  let most = 0
  const notFound = new TintypeError('PHOTO_NOT_FOUND', 'No photo has this id')
  const lines: object[] = []
  const write = (facts: object) => void lines.push(facts)
  const outcomes = await deletePhotos(ids, actor, {
    log: { info: write, warn: write, error: write },
    async deletePhoto(id) {
      running += 1
      most = Math.max(most, running)
      await Promise.resolve()
      running -= 1
      if (id === 'photo 3') throw notFound
      if (id === 'photo 5') throw new Error('secret path')
    },
  })
  expect(outcomes.map(({ id }) => id)).toEqual(ids)
  expect(outcomes.filter(({ error }) => error !== undefined)).toMatchObject([
    { id: 'photo 3', error: notFound },
    { id: 'photo 5', error: { code: 'INTERNAL', message: expect.not.stringContaining('secret') } },
  ])
  expect(most).toBe(4)
  expect(lines).toMatchObject([{ event: 'delete', photo: 'photo 5', code: 'INTERNAL' }])
})
