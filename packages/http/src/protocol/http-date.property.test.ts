import { assert, constantFrom, date, oneof, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { parseHttpDate } from './http-date.ts'

const longDays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const seconds = (one: Date) => Math.floor(one.getTime() / 1000) * 1000

test('B255 a date in each of the three forms is read to the second', async () => {
  const four = date({ min: new Date(0), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
  await assert(
    property(four, (given) => {
      const text = given.toUTCString()
      expect(parseHttpDate(text)).toBe(seconds(given))
      const [day = '', month = '', year = '', time = ''] = text.slice(5).split(' ')
      const asctime = `${text.slice(0, 3)} ${month} ${day.replace(/^0/, ' ')} ${time} ${year}`
      expect(parseHttpDate(asctime)).toBe(seconds(given))
    }),
  )
  const two = date({ min: new Date(0), max: new Date('2049-12-31T23:59:59Z'), noInvalidDate: true })
  await assert(
    property(two, (given) => {
      const [day = '', month = '', year = '', time = ''] = given.toUTCString().slice(5).split(' ')
      const text = `${longDays[given.getUTCDay()]}, ${day}-${month}-${year.slice(2)} ${time} GMT`
      expect(parseHttpDate(text)).toBe(seconds(given))
    }),
  )
})

test('B255 any other text is a finite time or none', async () => {
  const pieces = constantFrom(
    'Mon',
    ', ',
    '01',
    ' ',
    'Jan',
    '2020',
    '99:99:99',
    '00:00:00',
    ' GMT',
    '-',
    'Monday',
  )
  const text = string({ unit: oneof(pieces, string({ maxLength: 2 })), maxLength: 10 })
  await assert(
    property(text, (sent) => {
      const ms = parseHttpDate(sent)
      expect(ms === undefined || Number.isSafeInteger(ms)).toBe(true)
    }),
  )
})
