import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync, Visitor } from 'vite'
import { expect, test } from 'vitest'
import { repository } from './support/start-tintype.ts'

/** The first versions of Chrome, Firefox and Safari, in this order. */
type Versions = readonly [number, number, number]

const never = Number.POSITIVE_INFINITY

/** When browsers got what compilers do not translate. By MDN's tables. */
const statics: Readonly<Record<string, Versions>> = {
  'AbortSignal.any': [116, 124, 17.4],
  'Array.fromAsync': [121, 115, 16.4],
  'Error.isError': [134, 138, 26],
  'Intl.DurationFormat': [129, 136, 16.4],
  'Intl.Segmenter': [87, 125, 14.1],
  'Iterator.from': [122, 131, 18.4],
  'Map.groupBy': [117, 119, 17.4],
  'Object.groupBy': [117, 119, 17.4],
  'Promise.try': [128, 134, 18.2],
  'Promise.withResolvers': [119, 121, 17.4],
  'ReadableStream.from': [never, 117, never],
  'RegExp.escape': [136, 134, 18.2],
  'Symbol.asyncDispose': [134, 141, never],
  'Symbol.dispose': [134, 141, never],
  'URL.canParse': [120, 115, 17],
  'URL.parse': [126, 126, 18],
  'Uint8Array.fromBase64': [140, 133, 18.2],
  'Uint8Array.fromHex': [140, 133, 18.2],
}
const methods: Readonly<Record<string, Versions>> = {
  ...namesOf('isWellFormed toWellFormed', [111, 119, 16.4]),
  ...namesOf('toReversed toSorted toSpliced with', [110, 115, 16]),
  ...namesOf('difference intersection symmetricDifference union', [122, 127, 17]),
  ...namesOf('isDisjointFrom isSubsetOf isSupersetOf', [122, 127, 17]),
  ...namesOf('bytes', [132, 128, 18]),
  ...namesOf('toBase64 toHex', [140, 133, 18.2]),
  ...namesOf('startViewTransition', [111, 144, 18]),
}
const iteratorHelpers: Versions = [122, 131, 18.4]
const namesOfHelpers = /^(drop|every|filter|find|flatMap|forEach|map|reduce|some|take|toArray)$/
const regExpSets: Versions = [112, 116, 17]
const usingDeclarations: Versions = [134, 141, never]

const targets: readonly { name: string; files: string; floors: Versions }[] = [
  { name: 'the SDK', files: 'packages/client/dist/**/*.{js,cjs}', floors: [109, 115, 16.4] },
  { name: 'the hooks', files: 'packages/react/dist/**/*.{js,cjs}', floors: [109, 115, 16.4] },
  { name: 'the page', files: 'apps/gallery/dist/**/*.js', floors: [123, 125, 17.5] },
]

function namesOf(names: string, versions: Versions): Record<string, Versions> {
  return Object.fromEntries(names.split(' ').map((name) => [name, versions]))
}

/** What a program uses of the features above, if one of these browsers is older than it. */
function findNewer(code: string, floors: Versions): string[] {
  const found = new Set<string>()
  const note = (feature: string, versions: Versions | undefined) => {
    if (versions?.some((version, browser) => version > (floors[browser] ?? 0))) found.add(feature)
  }
  const { program, errors } = parseSync('built.js', code)
  expect(errors).toEqual([])
  new Visitor({
    MemberExpression({ object, property, computed }) {
      if (computed || property.type !== 'Identifier' || object.type !== 'Identifier') return
      const name = `${object.name}.${property.name}`
      if (Object.hasOwn(statics, name)) note(name, statics[name])
    },
    CallExpression({ callee }) {
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return
      const { object, property } = callee
      if (Object.hasOwn(methods, property.name)) note(property.name, methods[property.name])
      if (object.type !== 'CallExpression' || object.callee.type !== 'MemberExpression') return
      const { object: source, property: made } = object.callee
      const isIterator = made.type === 'Identifier' && /^(entries|keys|matchAll|values)$/.test(made.name)
      const isArray = source.type === 'Identifier' && source.name === 'Object'
      if (isIterator && !isArray && namesOfHelpers.test(property.name))
        note(`iterator.${property.name}`, iteratorHelpers)
    },
    VariableDeclaration({ kind }) {
      if (kind.endsWith('using')) note(kind, usingDeclarations)
    },
    Literal(literal) {
      if ('regex' in literal && literal.regex.flags.includes('v'))
        note('a regular expression with v', regExpSets)
    },
  }).visit(program)
  return [...found]
}

test.each(targets)('$name uses nothing that its oldest browsers lack', ({ files, floors }) => {
  const built = globSync(files, { cwd: repository })
  expect(built).not.toEqual([])
  const newer = built.flatMap((file) =>
    findNewer(readFileSync(join(repository, file), 'utf8'), floors).map((feature) => `${file}: ${feature}`),
  )
  expect(newer).toEqual([])
})

test('what is newer is found, in calls and in syntax', () => {
  const code = `
    AbortSignal.any([]); text.toWellFormed(); [...a.union(b)]; map.values().some(f); /[a--b]/v
    for (const one of Object.values(map).map(f)) { using file = one }
    // Promise.try
    function withResolvers() {} withResolvers()`
  expect(findNewer(code, [109, 115, 16.4])).toEqual([
    'AbortSignal.any',
    'toWellFormed',
    'union',
    'iterator.some',
    'a regular expression with v',
    'using',
  ])
  expect(findNewer(code, [123, 125, 17.5])).toEqual(['union', 'iterator.some', 'using'])
})
