import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from './support/start-tintype.ts'

/** The oldest versions with the fixes for every known advisory. Raised, never lowered. */
const floors: Readonly<Record<string, string>> = {
  sharp: '0.35.4',
  koa: '3.1.2',
  '@koa/router': '15.0.0',
  'path-to-regexp': '8.4.0',
  '@trpc/server': '11.8.0',
  busboy: '1.6.0',
  node: '24.15.0',
}

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>
}

const { packages } = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as LockFile

/** Every version of a package that an install brings, however deep. */
function lockedVersions(name: string): string[] {
  return Object.entries(packages).flatMap(([path, { version }]) =>
    path.endsWith(`node_modules/${name}`) && version !== undefined ? [version] : [],
  )
}

const isOlder = (version: string, floor: string) => version.localeCompare(floor, 'en', { numeric: true }) < 0

test.each(Object.entries(floors))('B317: every %s that is installed is %s or newer', (name, floor) => {
  const versions = lockedVersions(name)
  expect(versions).not.toEqual([])
  expect(versions.filter((version) => isOlder(version, floor))).toEqual([])
})
