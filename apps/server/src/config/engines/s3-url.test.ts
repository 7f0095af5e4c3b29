import { expect, test } from 'vitest'
import { parseS3Url } from './s3-url.ts'

const plain = { kind: 's3', bucket: 'my-photos', prefix: '', isPathStyle: false }

test.each([
  ['//my-photos', plain],
  ['//my-photos/', plain],
  ['//my-photos/a/b', { ...plain, prefix: 'a/b/' }],
  ['//my-photos/a/b/', { ...plain, prefix: 'a/b/' }],
  ['//my-photos/a%20b%2Bc/%C3%BC', { ...plain, prefix: 'a b+c/ü/' }],
  ['//my-photos?region=eu-central-1', { ...plain, region: 'eu-central-1' }],
  [
    '//my-photos/a?endpoint=http://127.0.0.1:9000&region=eu',
    { ...plain, prefix: 'a/', endpoint: 'http://127.0.0.1:9000', region: 'eu', isPathStyle: true },
  ],
  [
    '//my-photos?endpoint=https%3A%2F%2Fs3.example.com/&pathStyle=0',
    { ...plain, endpoint: 'https://s3.example.com' },
  ],
  [
    '//my-photos?endpoint=http://127.0.0.1:9000&publicEndpoint=https://s3.example.com',
    {
      ...plain,
      endpoint: 'http://127.0.0.1:9000',
      publicEndpoint: 'https://s3.example.com',
      isPathStyle: true,
    },
  ],
  ['//my-photos?pathStyle=1', { ...plain, isPathStyle: true }],
])('reads s3:%s', (rest, settings) => {
  expect(parseS3Url(rest)).toEqual(settings)
})

test.each(['', '/', '//', 'my-photos', '/my-photos', '//my-photos#a', '///a'])(
  's3:%s has another form',
  (rest) => {
    expect(parseS3Url(rest)).toBeUndefined()
  },
)

test.each([
  ['//key:secret@my-photos', /no user and no password/],
  ['//@my-photos', /no user/],
  ['//My-Photos', /a bucket of/],
  ['//ab', /a bucket of/],
  ['//my_photos/a', /a bucket of/],
  ['//my-photos:9000', /a bucket of/],
  ['//my-photos/a//b', /a prefix/],
  ['//my-photos/../b', /a prefix/],
  ['//my-photos/a%00', /a prefix/],
  ['//my-photos/%ff', /percent escapes/],
  ['//my-photos?secret=1', /no parameters but/],
  ['//my-photos?region=a&region=b', /each once/],
  ['//my-photos?region=', /a region/],
  ['//my-photos?endpoint=', /origin/],
  ['//my-photos?endpoint=http://key:secret@127.0.0.1', /origin/],
  ['//my-photos?endpoint=ftp://a.example', /origin/],
  ['//my-photos?publicEndpoint=s3.example.com', /origin/],
  ['//my-photos?pathStyle=yes', /pathStyle=1/],
])('refuses s3:%s, without repeating it', (rest, message) => {
  expect(() => parseS3Url(rest)).toThrow(message)
  expect(() => parseS3Url(rest)).not.toThrow(/secret(?!s)/)
})
