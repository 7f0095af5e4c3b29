import { describe, expect, test } from 'vitest'
import { addMissing } from './upload-details.ts'
import { parseUploadDetails, parseUploadType } from './upload-headers.ts'

describe('details in a query', () => {
  test.each([
    ['tags=x&tags=y', { tags: ['x', 'y'] }],
    ['tags[]=x&tags%5B%5D=y', { tags: ['x', 'y'] }],
    ['tags[0]=x&tags[1]=y', { tags: ['x', 'y'] }],
    ['tags=&tags=%20', { tags: [] }],
    ['title=&title=T', { tags: [], title: 'T' }],
    ['title=%20', { tags: [], title: ' ' }],
    ['title=a+b%2Bc=d&&alt&filename=%', { tags: [], title: 'a b+c=d', alt: '', filename: '%' }],
    ['title=caf%C3%A9&alt=caf%E9', { tags: [], title: 'café', alt: 'café' }],
    ['filename=a.jpg', { tags: [], filename: 'a.jpg' }],
  ])('%s', (query, expected) => {
    expect(parseUploadDetails({}, query)).toEqual(expected)
  })

  test('the filename of a header counts before it', () => {
    const headers = { 'content-disposition': 'filename="=?UTF-8?B?a8WvLmpwZw==?="' }
    const { filename } = parseUploadDetails(headers, 'filename=a.jpg')
    expect(filename).toBe('ků.jpg')
  })
})

describe('a form beside a query', () => {
  test.each([
    ['a text of its own', { title: 'form' }, { title: 'form' }],
    ['a blank text', { title: ' \t ' }, { title: 'query' }],
    ['no tags', { tags: [] }, { title: 'query', tags: ['query'] }],
    ['a blank filename', { filename: '' }, { title: 'query', filename: 'query.jpg' }],
  ])('with %s', (_, form, expected) => {
    const query = { title: 'query', tags: ['query'], filename: 'query.jpg' }
    expect(addMissing(form, query)).toMatchObject(expected)
  })
})

describe('an upload with', () => {
  test.each(['identity', 'Identity', '', ' ', 'identity, Identity', ',identity,'])(
    'Content-Encoding "%s" is read',
    (encoding) => {
      const headers = { 'content-type': 'image/jpeg', 'content-encoding': encoding }
      expect(parseUploadType(headers)).toBe('image/jpeg')
    },
  )

  test.each([
    'image/*',
    'IMAGE/JPEG',
    'image/svg+xml',
    'image/vnd.a$b!#&^_.+-',
    'Application/Octet-Stream; x=y',
    'Multipart/Form-Data; boundary=b',
  ])('Content-Type %s is read', (type) => {
    expect(parseUploadType({ 'content-type': type })).toBe(type)
  })
})
