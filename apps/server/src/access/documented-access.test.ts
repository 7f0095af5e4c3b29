import { readFileSync } from 'node:fs'
import { type Right, rights, rightsOfScopes } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { procedures, routes } from '../testing/access-table.ts'

const text = readFileSync(new URL('../../../../docs/http-api.md', import.meta.url), 'utf8')

/** The rows of the table with this header, each as its cells. */
function rowsBelow(header: string): string[][] {
  const [, table = ''] = text.split(`${header}\n`)
  const [rows = ''] = table.split('\n\n')
  return rows.split('\n').slice(1).map(cellsOf)
}

const cellsOf = (row: string) => row.split('|').slice(1, -1)
const quoted = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
const isRight = (name: string): name is Right => rights.some((right) => right === name)

describe('docs/http-api.md', () => {
  test('names every procedure once', () => {
    const documented = rowsBelow('| procedure | input → output |').flatMap(([name]) => quoted(name))
    expect(documented.sort()).toEqual(Object.keys(procedures).sort())
  })

  test('names the right of every route and procedure', () => {
    const documented = rowsBelow('| what | right |').flatMap(([names, right]) =>
      quoted(names).map((name) => [name.replace('{id}', ':id'), quoted(right)[0]]),
    )
    const listed = Object.entries({ ...routes, ...procedures })
    const needed = listed.filter(([, { needs }]) => needs !== null).map(([name, { needs }]) => [name, needs])
    expect(documented.sort()).toEqual(needed.sort())
  })

  test('names the rights of every scope', () => {
    const [read, upload, manage, admin] = rowsBelow('| scope | rights |').map(([, cell]) =>
      quoted(cell).filter(isRight),
    )
    expect(new Set(read)).toEqual(rightsOfScopes(['read']))
    expect(new Set(upload)).toEqual(rightsOfScopes(['upload']))
    expect(new Set([...(read ?? []), ...(upload ?? []), ...(manage ?? [])])).toEqual(
      rightsOfScopes(['manage']),
    )
    expect(admin).toContain('photos:move')
  })
})
