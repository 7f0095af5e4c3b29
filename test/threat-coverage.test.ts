import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { listProjectFiles } from './support/list-project-files.ts'
import { repository } from './support/start-tintype.ts'
import { listCases, listRows } from './support/threat-cases.ts'

const read = (file: string) => readFileSync(join(repository, file), 'utf8')

/** Outside comments a number is in a test's title, or in a row of the table that its title is made from. */
const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*/g, '$1')

// this file names numbers that do not exist, to test how they are found
const files = listProjectFiles().filter((file) => file !== 'test/threat-coverage.test.ts')
/** Tests, and the contract suites that each driver's test runs. */
const testFiles = files.filter((file) => /\.test\.tsx?$|\/testing\/describe-[\w-]+\.ts$/.test(file))

const catalogue = listRows(read('docs/threats.md'))
const covered = new Set(testFiles.flatMap((file) => listCases(withoutComments(read(file)))))
const [, table = ''] = read('SECURITY.md').split('## Cases that are out of scope')
const excused = listRows(table)

describe('every numbered case', () => {
  test('is found in titles, tables and ranges', () => {
    expect(testFiles.length).toBeGreaterThan(80)
    expect(covered.size).toBeGreaterThan(150)
    expect(excused.length).toBeGreaterThan(10)
    expect(catalogue.length).toBeGreaterThan(200)
    const sample = "// B901\ntest('B902, B904–B906 at http://x') /* B903 */"
    expect(listCases(withoutComments(sample))).toEqual(['B902', 'B904', 'B905', 'B906'])
    expect(listRows('| B901, B902 | B903 |\nB904')).toEqual(['B901', 'B902'])
  })

  test('has one row in docs/threats.md', () => {
    expect(catalogue.filter((one, at) => catalogue.indexOf(one) !== at)).toEqual([])
  })

  test('has a test that names it, or a reason in SECURITY.md', () => {
    expect(catalogue.filter((one) => !covered.has(one) && !excused.includes(one))).toEqual([])
  })

  test('does not have both', () => {
    expect(excused.filter((one) => covered.has(one))).toEqual([])
  })

  test('is excused once', () => {
    expect(excused.filter((one, at) => excused.indexOf(one) !== at)).toEqual([])
  })

  test('is in docs/threats.md when a test, a source or SECURITY.md names it', () => {
    const unknown = [...files, 'SECURITY.md'].flatMap((file) =>
      [...new Set(listCases(read(file)))]
        .filter((one) => !catalogue.includes(one))
        .map((one) => `${one} in ${file}`),
    )
    expect(unknown).toEqual([])
  })
})
