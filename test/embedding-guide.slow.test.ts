import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { repository } from './support/start-tintype.ts'

test('every example in docs/embedding.md compiles', async () => {
  const guide = await readFile(join(repository, 'docs/embedding.md'), 'utf8')
  const examples = [...guide.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code ?? '')
  expect(examples.length).toBeGreaterThan(5)
  // beside this file, so that packages are found as in any project
  const directory = await mkdtemp(join(repository, 'test/.readme-'))
  try {
    const files = examples.map((_, index) => `example-${index}.ts`)
    for (const [index, code] of examples.entries())
      await writeFile(join(directory, `example-${index}.ts`), code)
    const config = { extends: join(repository, 'test/tsconfig.json'), include: [], files }
    await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(config))
    const tsc = join(repository, 'node_modules/.bin/tsc')
    await promisify(execFile)(tsc, ['-p', directory]).catch(({ stdout }) => expect.fail(stdout))
  } finally {
    await rm(directory, { recursive: true })
  }
})
