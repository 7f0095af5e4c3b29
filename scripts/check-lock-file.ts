/**
 * Checks that the lock file lists every optional dependency that it names. npm omits those that its registry
 * does not have. Then the next `npm ci` refuses the file.
 */
import { readFileSync } from 'node:fs'

interface LockedPackage {
  readonly optionalDependencies?: Record<string, string>
}

const { packages } = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, LockedPackage>
}

/** Whether `name` is found from `place`, as Node does it: in its own `node_modules` and in those above. */
function isFound(name: string, place: string): boolean {
  if (`${place === '' ? '' : `${place}/`}node_modules/${name}` in packages) return true
  if (place === '') return false
  const above = place.lastIndexOf('/node_modules/')
  return isFound(name, above < 0 ? '' : place.slice(0, above))
}

const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
  Object.keys(optionalDependencies)
    .filter((name) => !isFound(name, place))
    .map((name) => `${place} → ${name}`),
)
if (missing.length > 0) throw new Error(`The lock file lacks: ${missing.join(', ')}`)
