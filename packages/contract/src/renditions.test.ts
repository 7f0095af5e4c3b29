import { describe, expect, test } from 'vitest'
import { ladder, ladderWidthFor, nameRendition, parseRenditionName, presets } from './renditions.ts'

describe('names of renditions', () => {
  test.each([
    [{}, 'thumb'],
    [{ width: 300, height: 300 }, 'thumb'],
    [{ width: 300, height: 300, fit: 'cover' }, 'square'],
    [{ width: 640 }, 'w640'],
    [{ width: 641 }, '641x-inside'],
    [{ height: 640 }, 'x640-inside'],
    [{ width: 640, quality: 70 }, '640x-inside-q70'],
    [{ quality: 70 }, '300x300-inside-q70'],
    [{ fit: 'cover' }, 'thumb'],
    [{ width: 400, height: 300, fit: 'contain' }, '400x300-contain'],
  ] as const)('%j is %s', (choice, name) => {
    expect(nameRendition(choice)).toBe(name)
    expect(parseRenditionName(name)).toBeDefined()
  })

  test('the name of every preset and every width of the ladder reads back as itself', () => {
    for (const [name, preset] of Object.entries(presets))
      expect(parseRenditionName(name)).toMatchObject(preset)
    for (const width of ladder)
      expect(parseRenditionName(`w${width}`)).toEqual({ width, fit: 'inside', isCustom: false })
  })

  test.each([
    'w641',
    '640x-inside',
    '300x300-inside',
    'x-inside',
    '0x300-inside',
    '4097x-inside',
    '641x-inside-q0',
    '641x-inside-q101',
    '641x-stretch',
    '0641x-inside',
    'toString',
    '__proto__',
    '',
  ])('B297 "%s" is no name: one rendition has one URL, and sizes are bounded', (name) => {
    expect(parseRenditionName(name)).toBeUndefined()
  })

  test('a width is rounded up to one of the ladder, at most to the widest', () => {
    expect([1, 160, 161, 3841, 100_000].map(ladderWidthFor)).toEqual([160, 160, 320, 3840, 3840])
  })
})
