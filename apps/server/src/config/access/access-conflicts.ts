import { isLoopbackAddress } from '@tintype/http'
import type { Config } from '../config.ts'
import type { Conflict, NameOf } from '../conflict.ts'
import type { VariableKey, VariableValues } from '../variables.ts'

const jwtKeys = ['jwksUrl', 'jwtSecret', 'jwtPublicKey'] as const satisfies readonly VariableKey[]
const jwtChecks = ['jwtIssuer', 'jwtAudience'] as const satisfies readonly VariableKey[]
const adminKeys = ['adminKeyHash', 'adminKeyFile'] as const satisfies readonly VariableKey[]

/** Settings of access that are valid alone and invalid together. */
export function findAccessConflicts(
  values: VariableValues,
  { http, access, catalog }: Pick<Config, 'http' | 'access' | 'catalog'>,
  nameOf: NameOf,
): Conflict[] {
  const given = (keys: readonly VariableKey[]) => keys.filter((key) => values[key] !== undefined)
  const named = (keys: readonly VariableKey[]) => keys.map(nameOf).join(', ')
  const conflicts: Conflict[] = []
  const report = (keys: readonly VariableKey[], problem: string) => void conflicts.push({ keys, problem })
  const isOpen = access.mode === 'open'

  if (http.isOpen && !isOpen)
    report(
      ['isOpen', 'access'],
      `${named(['isOpen', 'access'])}: a server is open or closed; remove one of them`,
    )
  // Threat B314: a single setting must not open the server to other machines.
  if (isOpen && !http.isLoopback && !http.isOpen)
    report(
      ['host', 'isOpen', 'access'],
      `${nameOf('host')}: ${http.host} can be reached from other machines, and anyone who reaches an open server may ` +
        `upload, read and delete; set ${nameOf('isOpen')}=1 to allow that, or set ${nameOf('access')}=closed`,
    )
  if (isOpen && values.defaultVisibility === 'private')
    report(
      ['defaultVisibility', 'access', 'isOpen', 'host'],
      `${nameOf('defaultVisibility')}: an open server has no private photos; set ${nameOf('access')}=closed`,
    )
  // Ignoring them would leave a server open that its operator believes to be closed.
  const unused = given([...adminKeys, ...jwtKeys])
  if (isOpen && !access.isModeChosen && unused.length > 0)
    report(
      [...unused, 'access', 'isOpen', 'host'],
      `${named(unused)}: an open server checks no credentials; set ${nameOf('access')}=closed, or ` +
        `${nameOf('access')}=open if everyone may do everything`,
    )
  if (given(adminKeys).length > 1)
    report(adminKeys, `${named(adminKeys)}: there is one admin key; remove one`)

  // Several servers can share such a catalog, and each would make secrets of its own, which the others refuse.
  const isShared = catalog.kind === 'postgres' && !isOpen
  if (isShared && values.signingSecrets === undefined)
    report(
      ['signingSecrets', 'catalog', 'access', 'isOpen', 'host'],
      `${nameOf('signingSecrets')}: required by a closed server with PostgreSQL, the same on every server; ` +
        '"echo one:$(openssl rand -hex 32)" makes one',
    )
  if (isShared && given(adminKeys).length === 0)
    report(
      [...adminKeys, 'catalog', 'access', 'isOpen', 'host'],
      `${named(adminKeys)}: one of them is required by a closed server with PostgreSQL`,
    )

  const sources = given(jwtKeys)
  if (sources.length > 1)
    report(sources, `${named(sources)}: JWTs are verified with one of them; remove the others`)
  const missing = jwtChecks.filter((key) => values[key] === undefined)
  if (sources.length > 0 && missing.length > 0)
    report([...sources, ...jwtChecks], `${named(missing)}: required to accept JWTs`)
  const idle = given([...jwtChecks, 'jwtScopesClaim'])
  if (sources.length === 0 && idle.length > 0)
    report(
      [...idle, ...jwtKeys],
      `${named(idle)}: JWTs need a key that verifies them; set one of ${named(jwtKeys)}`,
    )
  return conflicts
}

/**
 * Refuses an embedded Tintype that is open on a public URL, unless the application chose that: the address that it listens on
 * is not known.
 */
export function findUnchosenAccess(
  { http, access }: Pick<Config, 'http' | 'access'>,
  nameOf: NameOf,
): Conflict[] {
  if (access.isModeChosen || http.isOpen || !isOnOtherHost(http.publicUrl)) return []
  const problem =
    `${nameOf('access')}: ${nameOf('publicUrl')} is on another host, and anyone who reaches it may upload, read and ` +
    `delete; set ${nameOf('access')}=closed, or ${nameOf('access')}=open if the application checks every request`
  return [{ keys: ['access', 'publicUrl', 'isOpen'], problem }]
}

/** Whether clients on other machines are expected: the public URL does not name this one. */
export function isOnOtherHost(publicUrl: string | undefined): publicUrl is string {
  if (publicUrl === undefined) return false
  const host = new URL(publicUrl).hostname.replace(/^\[(.*)\]$/, '$1')
  return !isLoopbackAddress(host) && !/(?:^|\.)localhost$/.test(host)
}
