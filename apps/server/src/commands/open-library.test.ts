import { expect, test } from 'vitest'
import { parseConfig } from '../config/config.ts'
import { pathsOf } from './open-library.ts'

test('commands say that the disk of a library is not mounted, and need no mount point of another library', () => {
  const configOf = (requiredMount: string) =>
    parseConfig({ TINTYPE_DATA_DIR: '/absent/library/data', TINTYPE_REQUIRE_MOUNT: requiredMount })
  expect(() => pathsOf(configOf('/absent/library'))).toThrow('Nothing is mounted on /absent/library')
  expect(pathsOf(configOf('/absent/other')).dataDirectory).toBe('/absent/library/data')
})
