import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { listProjectFiles } from './support/list-project-files.ts'
import { repository } from './support/start-tintype.ts'
import { isWithinCases, listCases, threatCases } from './support/threat-cases.ts'

/** Tests, and the suites that the tests of every driver run. */
const testFiles = listProjectFiles().filter((file) =>
  /\.test\.tsx?$|\/testing\/describe-[\w-]+\.ts$/.test(file),
)

/** Outside comments a number can only stand in a title, or in the row of a table that a title tells. */
const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*/g, '$1')

const read = (file: string) => readFileSync(join(repository, file), 'utf8')
const named = new Map(testFiles.map((file) => [file, new Set(listCases(withoutComments(read(file))))]))
const covered = new Set([...named.values()].flatMap((cases) => [...cases]))
const [, table = ''] = read('SECURITY.md').split('## Cases that are out of scope')
const excused = [...table.matchAll(/^\|([^|]+)\|/gm)].flatMap(([, cell = '']) => listCases(cell))

describe('every numbered case', () => {
  test('is found where it is named', () => {
    expect(testFiles.length).toBeGreaterThan(80)
    expect(covered.size).toBeGreaterThan(150)
    expect(excused.length).toBeGreaterThan(10)
    const sample = "// B901\ntest('B902, B904–B906 at http://x') /* B903 */"
    expect(listCases(withoutComments(sample))).toEqual(['B902', 'B904', 'B905', 'B906'])
  })

  test('has a test that names it, or a reason in SECURITY.md', () => {
    expect([...threatCases].filter((one) => !covered.has(one) && !excused.includes(one))).toEqual([])
  })

  test('has only one of them', () => {
    expect(excused.filter((one) => covered.has(one))).toEqual([])
  })

  test('is excused once, and only where it exists', () => {
    expect(excused.filter((one, at) => excused.indexOf(one) !== at || !threatCases.has(one))).toEqual([])
  })

  test('is named by a number that exists', () => {
    const strangers = [...named].flatMap(([file, cases]) =>
      [...cases]
        .filter((one) => isWithinCases(one) && !threatCases.has(one))
        .map((one) => `${one} in ${file}`),
    )
    expect(strangers).toEqual([])
  })
})
