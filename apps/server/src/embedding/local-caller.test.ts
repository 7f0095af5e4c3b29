import { describe, expect, test } from 'vitest'
import { createLocalCaller } from './local-caller.ts'
import type { LocalCaller } from './tintype.ts'

describe('a caller in process', () => {
  test('is the application, or one owner under its whole name', () => {
    expect(createLocalCaller({ owner: null }, { isClosed: true })).toMatchObject({ id: 'local', scope: {} })
    for (const owner of ['alice', 'a:b', 'local', 'null'])
      expect(createLocalCaller({ owner }, { isClosed: true })).toMatchObject({
        id: `local:${owner}`,
        scope: { owner, includesPrivate: true },
      })
  })

  test.each([undefined, '', 'a b', 'ä', 'x'.repeat(201), 7, ['alice']])(
    'B226 with the owner %j is refused: it must not act for every owner',
    (owner) => {
      // as an application in JavaScript passes the id of a user who is not signed in
      const caller = { owner } as unknown as LocalCaller
      for (const isClosed of [true, false])
        expect(() => createLocalCaller(caller, { isClosed })).toThrow(
          expect.objectContaining({ code: 'INVALID_REQUEST' }),
        )
    },
  )
})
