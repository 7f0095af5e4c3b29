import { describe, expect, test } from 'vitest'
import { failureOf } from '../testing/failure-of.ts'
import { openScriptedServer, refuse, type Script, samplePhoto, sendJson } from '../testing/scripted-server.ts'
import { createUploader } from './create-uploader.ts'

/** Answers with a photo named by the bytes that came; refuses those that say so. */
const echo: Script = async (turn) => {
  await turn.whole
  if (turn.seen.body.startsWith('bad')) return refuse('NOT_AN_IMAGE')(turn)
  sendJson(turn.response, { status: 201, body: { ...samplePhoto, filename: turn.seen.body } })
}

describe('a value that is not a list', () => {
  const { uploadAll } = createUploader({ url: 'http://nowhere.invalid' })

  test.each([null, undefined, 5, {}, './cat.jpg'])(
    '%o is INVALID_REQUEST, and the message says what was expected',
    async (inputs) => {
      const error = await failureOf(uploadAll(inputs as unknown as File[]))
      expect(error).toMatchObject({
        code: 'INVALID_REQUEST',
        message: 'Expected an iterable of photos',
      })
      // @ts-expect-error a string is one path
      const wrong = () => uploadAll('./cat.jpg')
      expect(wrong).toBeTypeOf('function')
    },
  )

  test.each([
    [
      'a generator that throws',
      (function* failing() {
        yield new Blob(['a'])
        throw new Error('the list is gone')
      })(),
    ],
    [
      'an async iterable that does not open',
      {
        [Symbol.asyncIterator](): AsyncIterator<Blob> {
          throw new Error('the list is gone')
        },
      },
    ],
  ])('%s is INVALID_REQUEST, and nothing is sent', async (_, inputs) => {
    await using server = await openScriptedServer(echo)
    const error = await failureOf(createUploader(server).uploadAll(inputs))
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', cause: new Error('the list is gone') })
    expect(server.seen).toEqual([])
  })
})
