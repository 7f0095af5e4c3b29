import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { listProjectFiles } from './support/list-project-files.ts'
import { repository } from './support/start-tintype.ts'

/** The other workspaces that each one may import. A new edge is a decision: change it here, and say why. */
const arrows: Record<string, readonly string[]> = {
  'packages/contract': [],
  'packages/storage': ['@tintype/contract'],
  'packages/catalog': ['@tintype/contract'],
  'packages/imaging': ['@tintype/contract'],
  // of the catalog its port only
  'packages/access': ['@tintype/contract', '@tintype/catalog'],
  'packages/photos': ['@tintype/contract', '@tintype/storage', '@tintype/catalog', '@tintype/imaging'],
  'packages/api': ['@tintype/contract'],
  'packages/http': [
    '@tintype/contract',
    '@tintype/storage',
    '@tintype/catalog',
    '@tintype/imaging',
    '@tintype/photos',
    '@tintype/api',
    '@tintype/access',
  ],
  'packages/client': ['@tintype/contract', '@tintype/api'],
  'apps/server': [
    '@tintype/contract',
    '@tintype/access',
    // the procedures in process, for applications that embed Tintype
    '@tintype/api',
    '@tintype/storage',
    '@tintype/catalog',
    '@tintype/imaging',
    '@tintype/photos',
    '@tintype/access',
    '@tintype/http',
  ],
  'packages/react': ['@tintype/client'],
  'apps/gallery': ['@tintype/client', '@tintype/react'],
  // data to compare answers with, types for calls, and pictures to upload
  // and the contract suites of drivers, for real engines
  test: [
    '@tintype/catalog',
    '@tintype/client',
    '@tintype/react',
    '@tintype/contract',
    '@tintype/api',
    '@tintype/imaging',
    '@tintype/storage',
  ],
}

/** Where a library may be imported. */
const fences: Record<string, RegExp> = {
  koa: /^(packages\/http\/|test\/(embedding\.slow\.test|support\/koa2\.d)\.ts)/,
  '@koa/router': /^packages\/http\/src\/(routes|middleware)\//,
  'koa-mount': /^packages\/http\/src\/(app|testing\/serve-(bundle|trpc)|(?:routes|media)\/[\w-]+\.test)\.ts$/,
  'koa-static': /^packages\/http\/src\/routes\/static\.ts$/,
  busboy: /^packages\/http\/src\/body\/read-form\.ts$/,
  sharp: /^(packages\/imaging\/|test\/)/,
  thumbhash: /^(packages\/(imaging|react)|apps\/gallery)\//,
  'node:sqlite':
    /^(packages\/catalog\/src\/drivers\/sqlite|packages\/storage\/src\/file-lock\.ts|test\/faults\/|test\/support\/multiply-)/,
  pg: /^packages\/catalog\/src\/(drivers\/postgres\/(client-config|connection-pool|changes\/listener)|testing\/start-postgres)\.ts$/,
  '@trpc/server': /^packages\/(api\/|client\/|http\/src\/routes\/trpc[\w-]*\.test\.ts)/,
  '@trpc/client': /^(packages\/client\/|test\/|packages\/http\/src\/routes\/trpc[\w-]*\.test\.ts)/,
  '@aws-sdk/client-s3': /^packages\/storage\/src\/drivers\/s3[/.]/,
  jose: /^packages\/access\//,
  pino: /^apps\/server\//,
  'prom-client':
    /^apps\/server\/src\/observability\/(metrics|collect-process-metrics|prom-client-metrics\.d)\.ts$/,
  photoswipe: /^apps\/gallery\/src\/lightbox\/open-photo-swipe\.ts$/,
  react: /^(packages\/react|apps\/gallery)\//,
  'react-dom': /^(packages\/react\/src\/(.*\.test\.tsx|testing\/.*)|apps\/gallery\/.*)$/,
}

/** Files that newcomers read first, which must be short. */
const shortFiles = [
  'packages/http/src/app.ts',
  'apps/server/src/compose.ts',
  'packages/photos/src/upload/ingest-photo.ts',
]

const files = listProjectFiles().map((file) => ({
  file,
  text: readFileSync(join(repository, file), 'utf8'),
}))
// the benchmark is a package of its own, with the peers it measures
const sources = files.filter(({ file }) => /^(apps|packages|test)\/(?!bench\/)/.test(file))

/** Tools of the whole repository, which every workspace may import. */
const ofRoot = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')).devDependencies

/** Every module that a file names in an import, an export or a dynamic import. */
function importsOf(text: string): string[] {
  const statements =
    /(?:^|\n)\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g
  return [...text.matchAll(statements)].map(([, statement, dynamic]) => statement ?? dynamic ?? '')
}

const packageOf = (specifier: string) =>
  /^(?:node:[\w/]+|@[^/]+\/[^/]+|[^/]+)/.exec(specifier)?.[0] ?? specifier

test('sources are listed, and their imports are found', () => {
  expect(sources.length).toBeGreaterThan(80)
  const app = sources.find(({ file }) => file === 'packages/http/src/app.ts')
  expect(importsOf(app?.text ?? '')).toContain('koa-mount')
})

test('`npm test` runs the tests of every workspace that has some', () => {
  const missed = Object.keys(arrows).filter((workspace) => {
    const isTested = sources.some(
      ({ file }) => /\/src\/.*\.test\.tsx?$/.test(file) && file.startsWith(`${workspace}/`),
    )
    const { scripts } = JSON.parse(readFileSync(join(repository, workspace, 'package.json'), 'utf8'))
    return isTested && !scripts.test?.endsWith(` --project unit --project properties ${workspace}/`)
  })
  expect(missed).toEqual([])
})

describe('arrows', () => {
  test('a workspace imports only those to its left', () => {
    const wrong = sources.flatMap(({ file, text }) => {
      const workspace = Object.keys(arrows).find((one) => file.startsWith(`${one}/`)) ?? ''
      const own = JSON.parse(readFileSync(join(repository, workspace, 'package.json'), 'utf8')).name
      const allowed = [...(arrows[workspace] ?? []), own]
      return importsOf(text)
        .filter((one) => one.startsWith('@tintype/') && !allowed.includes(packageOf(one)))
        .map((one) => `${file} → ${one}`)
    })
    expect(wrong).toEqual([])
  })

  test('a workspace imports only what its package.json declares', () => {
    const wrong = sources.flatMap(({ file, text }) => {
      const workspace = Object.keys(arrows).find((one) => file.startsWith(`${one}/`)) ?? ''
      const facts = JSON.parse(readFileSync(join(repository, workspace, 'package.json'), 'utf8'))
      const declared = { ...facts.dependencies, ...facts.devDependencies, ...facts.peerDependencies }
      return importsOf(text)
        .filter((one) => !/^(\.|node:|\$)/.test(one) && packageOf(one) !== facts.name)
        .filter((one) => !Object.hasOwn(declared, packageOf(one)) && !Object.hasOwn(ofRoot, packageOf(one)))
        .map((one) => `${file} → ${one}`)
    })
    expect(wrong).toEqual([])
  })

  test('no relative import leaves its workspace', () => {
    const wrong = sources.flatMap(({ file, text }) => {
      const workspace = Object.keys(arrows).find((one) => file.startsWith(`${one}/`)) ?? ''
      return importsOf(text)
        .filter((one) => one.startsWith('.') && !join(file, '..', one).startsWith(`${workspace}/`))
        .map((one) => `${file} → ${one}`)
    })
    expect(wrong).toEqual([])
  })

  test('storage, catalog and imaging never meet', () => {
    for (const one of ['storage', 'catalog', 'imaging'])
      expect(arrows[`packages/${one}`]).toEqual(['@tintype/contract'])
  })

  test('drivers are imported by one file only', () => {
    const importers = sources.filter(({ text }) =>
      importsOf(text).some((one) => /^@tintype\/\w+\/drivers\//.test(one)),
    )
    const outsideTests = importers
      .map(({ file }) => file)
      .filter((file) => !/^test\/|\.test\.ts$|\/testing\//.test(file))
    expect(outsideTests).toEqual(['apps/server/src/open-drivers.ts'])
  })
})

describe('fences', () => {
  test.each(Object.entries(fences))('%s is imported only where it belongs', (library, where) => {
    const wrong = sources.filter(
      ({ file, text }) => importsOf(text).map(packageOf).includes(library) && !where.test(file),
    )
    expect(wrong.map(({ file }) => file)).toEqual([])
  })

  test('jose is loaded by the server that is configured for JWTs, and by no other', () => {
    const loaders = sources.filter(
      ({ file, text }) => !/\.test\.ts$|\/testing\//.test(file) && /from 'jose'|import\('jose'\)/.test(text),
    )
    expect(loaders.map(({ file }) => file)).toEqual(['packages/access/src/jwt/jwt.ts'])
    for (const { text } of loaders) expect(text).not.toMatch(/^import (?!type ).*'jose'/m)
  })

  test('the process and its environment are read by the two entries only: the server, and its decoder', () => {
    const readers = sources.filter(
      ({ file, text }) =>
        /^(apps\/server|packages)\/.*src\//.test(file) && /\bprocess\.(env|argv|exit|on|once)\b/.test(text),
    )
    expect(readers.map(({ file }) => file).filter((file) => !/\.test\.ts$|\/testing\//.test(file))).toEqual([
      'apps/server/src/main.ts',
      'packages/imaging/src/decoders/decoder-process.ts',
    ])
  })

  test('HTTP stops at the server and the api: its modules and the names of its headers', () => {
    const inside = sources.filter(
      ({ file }) =>
        /^packages\/(storage|catalog|imaging|photos)\/src\//.test(file) &&
        // the engine speaks HTTP
        !/^packages\/storage\/src\/drivers\/s3[/.]|\.test\.ts$/.test(file),
    )
    const header = /multipart|\b(content-(type|length|encoding|disposition|digest)|idempotency-key)\b/i
    const wrong = inside.filter(
      ({ text }) => importsOf(text).some((one) => /^node:(http|https|net)$/.test(one)) || header.test(text),
    )
    expect(wrong.map(({ file }) => file)).toEqual([])
  })
})

describe('size and style', () => {
  test('no file has more than 300 lines, and the median of the sources stays under 90', () => {
    const lengths = sources.map(({ file, text }) => ({ file, lines: text.split('\n').length - 1 }))
    expect(lengths.filter(({ lines }) => lines > 300)).toEqual([])
    const code = lengths.filter(({ file }) => !file.includes('.test.')).map(({ lines }) => lines)
    expect(code.sort((a, b) => a - b)[code.length >> 1]).toBeLessThan(90)
  })

  test('no folder below src has more than 20 source files', () => {
    const counts = new Map<string, number>()
    for (const { file } of sources)
      if (file.includes('/src/') && !file.includes('.test.'))
        counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1)
    expect(counts.size).toBeGreaterThan(30)
    expect([...counts].filter(([, count]) => count > 20)).toEqual([])
  })

  test.each(shortFiles)('%s can be read at once', (file) => {
    const lines =
      sources.find((one) => one.file === file)?.text.split('\n').length ?? Number.POSITIVE_INFINITY
    expect(lines).toBeLessThanOrEqual(101) // the text after the last line break counts as one line
  })

  test('no file has a vague name such as utils', () => {
    const empty = /(^|[-/])(utils?|helpers?|common|manager|service|impl|base|misc)\.tsx?$/
    expect(sources.map(({ file }) => file).filter((file) => empty.test(file))).toEqual([])
  })

  test('no type is any, and no error is ignored', () => {
    const hatch = /([:<|&]\s*any\s*[,;)=>|&[\]{]|\bas any\b|@ts-(ignore|nocheck))/
    const wrong = sources.filter(({ file, text }) => file !== 'test/architecture.test.ts' && hatch.test(text))
    expect(wrong.map(({ file }) => file)).toEqual([])
  })

  test('every export of a module has a docstring', () => {
    const undocumented = sources.flatMap(({ file, text }) => {
      if (/\.test\.|\/testing\/|^test\/|\.config\.ts$|index\.ts$/.test(file)) return []
      const lines = text.split('\n')
      return lines
        .map((line, at) => ({ line, before: lines[at - 1] ?? '' }))
        .filter(
          ({ line, before }) =>
            /^export (async )?(function|interface|const|class)\b/.test(line) &&
            !/^export function/.test(before),
        )
        .filter(({ before }) => !/\*\/$/.test(before.trim()) && !/^\/\*\*/.test(before.trim()))
        .map(({ line }) => `${file}: ${line.slice(0, 60)}`)
    })
    expect(undocumented).toEqual([])
  })
})

describe('documents that could become untrue', () => {
  test.each(['ARCHITECTURE.md', 'AGENTS.md'])('every path that %s names exists', (document) => {
    const text = readFileSync(join(repository, document), 'utf8')
    const paths = [...text.matchAll(/`((?:apps|packages|test|docs)\/[\w./{},-]*)`/g)].map(
      ([, path]) => path ?? '',
    )
    expect(paths.length).toBeGreaterThan(20)
    expect(paths.filter((path) => !existsSync(join(repository, path)))).toEqual([])
  })

  test.each(['ARCHITECTURE.md', 'AGENTS.md'])('every workspace is in %s', (document) => {
    const text = readFileSync(join(repository, document), 'utf8')
    for (const workspace of Object.keys(arrows)) expect(text).toContain(`\`${workspace}/`)
  })

  test('the lock file names no address', () => {
    expect(readFileSync(join(repository, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "https?:/)
  })
})
