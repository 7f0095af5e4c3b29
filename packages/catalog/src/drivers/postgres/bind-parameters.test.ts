import { expect, test } from 'vitest'
import { createBinder } from './bind-parameters.ts'

test('numbers parameters by their names, also one that is used twice, and leaves casts alone', () => {
  const bind = createBinder('tintype')
  const sql = "SELECT ':' || :text::text FROM tintype.photos WHERE id = :id OR title = :text"
  expect(bind(sql, { id: 'i', text: 't', unused: 'u' })).toStrictEqual({
    text: `SELECT ':' || $1::text FROM "tintype".photos WHERE id = $2 OR title = $1`,
    values: ['t', 'i'],
  })
})

test('a parameter that is not given is NULL', () => {
  expect(createBinder('tintype')('SELECT :a, :b', { b: undefined }).values).toStrictEqual([null, null])
})

test('puts the tables into the schema', () => {
  const { text } = createBinder('photos_2')('SELECT FROM tintype.photos, tintype.usage')
  expect(text).toBe('SELECT FROM "photos_2".photos, "photos_2".usage')
})
