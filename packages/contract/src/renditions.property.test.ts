import { array, assert, constantFrom, integer, oneof, option, property, record, string } from 'fast-check'
import { expect, test } from 'vitest'
import { renditionFits } from './photo.ts'
import {
  ladder,
  maxRenditionSide,
  nameRendition,
  parseRenditionName,
  presets,
  type RenditionChoice,
} from './renditions.ts'

const widths = [...ladder, ...Object.values(presets).map(({ width }) => width), 1, maxRenditionSide]
const side = option(oneof(constantFrom(...widths), integer({ min: 1, max: maxRenditionSide })), {
  nil: undefined,
})
const choice = record(
  {
    width: side,
    height: side,
    fit: constantFrom(...renditionFits),
    quality: option(integer({ min: 1, max: 100 }), { nil: undefined }),
  },
  { requiredKeys: [] },
)

test('B191 every choice has one name, which gives the same choice again', async () => {
  await assert(
    property(choice, (wanted) => {
      const name = nameRendition(wanted)
      const spec = parseRenditionName(name)
      expect(name).toMatch(/^[a-z0-9-]{1,40}$/)
      expect(spec && nameRendition(spec)).toBe(name)
      expect(spec).toMatchObject(meaningOf(wanted))
    }),
  )
})

test('B191 any other text is no name', async () => {
  const pieces = constantFrom(
    'thumb',
    'w',
    '640',
    'x',
    '-',
    'inside',
    'cover',
    'q',
    '0',
    '9999',
    '+',
    ' ',
    'W',
    '1e3',
  )
  const text = array(oneof(pieces, string({ maxLength: 2 })), { maxLength: 8 }).map((all) => all.join(''))
  await assert(
    property(oneof(text, constantFrom('__proto__', 'constructor', 'toString')), (name) => {
      const spec = parseRenditionName(name)
      if (spec) expect(nameRendition(spec)).toBe(name)
    }),
  )
})

/** Without a size the box is that of the thumbnail, and without a quality too it is the thumbnail. */
function meaningOf({ width, height, fit = 'inside', quality }: RenditionChoice): RenditionChoice {
  if (width !== undefined || height !== undefined)
    return { ...(width && { width }), ...(height && { height }), fit, ...(quality && { quality }) }
  return quality === undefined ? presets.thumb : { ...presets.thumb, fit, quality }
}
