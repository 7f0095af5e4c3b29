import { expect, test } from 'vitest'
import { nameFormat } from './name-format.ts'

test('formats have the names that people know', () => {
  expect(['jpeg', 'webp', 'avif'].map(nameFormat)).toEqual(['JPEG', 'WebP', 'AVIF'])
})
