import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeImage } from '@tintype/imaging/testing'
import { expect, test } from 'vitest'
import { repository, startTintype } from './support/start-tintype.ts'

const run = promisify(execFile)

/** The first block of a language in the README. */
async function block(language: string): Promise<string> {
  const readme = await readFile(join(repository, 'README.md'), 'utf8')
  const code = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(readme)?.[1]
  if (code === undefined) throw new Error(`README.md has no ${language} block`)
  return code
}

test('the SDK example of the README compiles and works', async () => {
  await using tintype = await startTintype()
  const code = await block('ts')
  expect(code.trim().split('\n').length).toBeLessThanOrEqual(12)
  // beside this file, so that the SDK is found as in any project
  const directory = await mkdtemp(join(repository, 'test/.readme-'))
  try {
    await writeFile(join(directory, 'cat.jpg'), await makeImage({ width: 900, height: 600, format: 'jpeg' }))
    const example = code
      .replaceAll('http://localhost:3000', tintype.url)
      .replaceAll('cat.jpg', join(directory, 'cat.jpg'))
    expect(example).not.toBe(code)
    await writeFile(join(directory, 'example.ts'), example)
    const config = { extends: join(repository, 'test/tsconfig.json'), include: [], files: ['example.ts'] }
    await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(config))
    await run(join(repository, 'node_modules/.bin/tsc'), ['-p', directory]).catch(({ stdout }) =>
      expect.fail(stdout),
    )
    const { stdout } = await run(process.execPath, [join(directory, 'example.ts')])
    expect(stdout).toMatch(/\/media\/[0-9a-f-]{36}\/w640\.webp/)
    const listed = await (await fetch(`${tintype.url}/trpc/photos.list`)).json()
    expect(listed.result.data.photos).toHaveLength(1)
    expect(listed.result.data.photos[0]).toMatchObject({ width: 900, height: 600, title: 'A cat' })
  } finally {
    await rm(directory, { recursive: true })
  }
})
