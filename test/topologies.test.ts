import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from './support/start-tintype.ts'
import { leftOut } from './support/topologies.ts'

test('what a topology leaves out exists', () => {
  for (const { file, title } of leftOut) {
    const text = readFileSync(join(repository, 'test', file), 'utf8')
    if (title !== undefined) expect(text, `${file}: ${title}`).toContain(`'${title}'`)
  }
})
