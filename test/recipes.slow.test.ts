import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { type Example, readExamples } from './support/read-examples.ts'
import { repository } from './support/start-tintype.ts'

/** Frameworks of the recipes. Their own types are left out, so that the SDK's are checked without installing them. */
const frameworks = [
  '$env/dynamic/private',
  '@jest/globals',
  '@sentry/browser',
  '@tanstack/react-query',
  '@trpc/tanstack-react-query',
  'expo-image-picker',
  'next/image',
  'svelte/store',
  'vue',
]
/** The types of tRPC's integration are those of its module, so its functions need type parameters. */
const declarations = frameworks
  .map((name) =>
    name === '@trpc/tanstack-react-query'
      ? `declare module '${name}' { export function useSubscription(options: object): object; export function createTRPCOptionsProxy<Router>(options: object): any }`
      : `declare module '${name}'`,
  )
  .join('\n')

/** What the examples of the SDK's README have of the page and the back end around them. */
const surroundings = `
  declare const file: File, files: File[], input: HTMLInputElement, img: HTMLImageElement, bar: HTMLProgressElement
  declare const signal: AbortSignal, key: string, signingKey: string, user: { readonly id: string }
  declare const onProgress: (progress: import('@tintype/client').UploadProgress) => void
  declare const tintype: import('@tintype/client').TintypeClient, photo: import('@tintype/client').Photo
  declare const queue: import('@tintype/client/queue').UploadQueue`

/** Each in a directory of its document, so that its relative imports are found. */
async function listExamples(): Promise<Example[]> {
  const recipes = (await readdir(join(repository, 'docs/recipes'))).map((name) => `recipes/${name}`)
  const documents = [
    'getting-started.md',
    '../packages/client/README.md',
    ...recipes.filter((name) => name !== 'recipes/bare-html.md'),
  ]
  const examples = documents.map(async (document) =>
    (await readExamples(document)).map(({ name, code }) => ({
      name: `${document.replaceAll(/[/.]/g, '-')}/${name}`,
      code: `${code}\nexport {}\n`,
    })),
  )
  return (await Promise.all(examples)).flat()
}

test("every example of the guide, of the recipes and of the SDK's README compiles", async () => {
  const examples = await listExamples()
  expect(examples.length).toBeGreaterThan(25)
  // beside the package for React, so that its packages are found as in any project
  const directory = await mkdtemp(join(repository, 'packages/react/.recipes-'))
  try {
    for (const { name, code } of examples) {
      await mkdir(dirname(join(directory, name)), { recursive: true })
      await writeFile(join(directory, name), code)
    }
    await writeFile(join(directory, 'frameworks.d.ts'), `${declarations}\n${surroundings}`)
    const config = {
      extends: join(repository, 'tsconfig.base.json'),
      compilerOptions: {
        noEmit: true,
        jsx: 'react-jsx',
        module: 'preserve',
        moduleResolution: 'bundler',
        lib: ['es2022', 'dom', 'dom.iterable', 'esnext.disposable'],
        types: ['node'],
        isolatedDeclarations: false,
        noPropertyAccessFromIndexSignature: false,
      },
      include: ['**/*'],
    }
    await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(config))
    const tsc = join(repository, 'node_modules/.bin/tsc')
    await promisify(execFile)(tsc, ['-p', directory]).catch(({ stdout }) => expect.fail(stdout))
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('the guide names every recipe', async () => {
  const guide = await readFile(join(repository, 'docs/getting-started.md'), 'utf8')
  for (const name of await readdir(join(repository, 'docs/recipes')))
    expect(guide).toContain(`(recipes/${name})`)
})
