import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { makeImage } from '@tintype/imaging/testing'
import { parseSync, Visitor } from 'vite'
import { expect, test } from 'vitest'
import {
  helpers,
  isNewer,
  iteratorHelpers,
  methods,
  regExpSets,
  sdkFloors,
  statics,
  usingDeclarations,
  type Versions,
} from './support/newer-features.ts'
import { repository, startTintype } from './support/start-tintype.ts'
import { expectedOfSdk, type UsedServer } from './support/use-sdk.ts'

const targets: readonly { name: string; files: string; floors: Versions }[] = [
  { name: 'the SDK', files: 'packages/client/dist/**/*.{js,cjs}', floors: sdkFloors },
  { name: 'the hooks', files: 'packages/react/dist/**/*.{js,cjs}', floors: sdkFloors },
  { name: 'the page', files: 'apps/gallery/dist/**/*.js', floors: [123, 125, 17.5] },
]

/** What a program uses of the features above, if one of these browsers is older than it. */
function findNewer(code: string, floors: Versions): string[] {
  const found = new Set<string>()
  const note = (feature: string, versions: Versions | undefined) => {
    if (versions && isNewer(versions, floors)) found.add(feature)
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
      if (isIterator && !isArray && helpers.includes(property.name))
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

test('the SDK works without what is newer, all of it and each', async () => {
  const env = { TINTYPE_INSPECTION: 'header', TINTYPE_DURABILITY: 'relaxed' } // quick, and nothing of the SDK's
  await using tintype = await startTintype({ env })
  await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-floors-'))
  const path = join(directory.path, 'picture.png')
  const bytes = await makeImage({ width: 60, height: 40, format: 'png' })
  await writeFile(path, bytes)
  const workerData: UsedServer = { url: tintype.url, bytes: [...bytes], path }
  const thread = new Worker(new URL('./support/use-sdk-without.ts', import.meta.url), { workerData })
  const [seen] = (await once(thread, 'message')) as [[string, unknown][]]
  expect(seen.length).toBeGreaterThan(30)
  for (const [missing, used] of seen) {
    // without `crypto` no digest can be compared
    const twins = [/^(all of them|crypto)$/.test(missing) ? 'stored' : 'skipped']
    expect(used, `without ${missing}`).toEqual({ ...expectedOfSdk, twins })
  }
})
