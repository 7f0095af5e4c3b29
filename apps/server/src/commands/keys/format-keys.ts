import type { ApiKey } from '@tintype/contract'

/** The keys as a table for people, with a heading. */
export function formatKeys(keys: readonly ApiKey[], nowMs: number): string {
  if (keys.length === 0) return 'There are no keys\n'
  const rows = keys.map((key) => [
    key.id,
    key.scopes.join(','),
    key.owner ?? '-',
    stateOf(key, nowMs),
    key.createdAt,
    key.lastUsedAt ?? 'never',
    // of a server that may be of another version; a terminal must not obey it
    key.name.replaceAll(/[\p{Cc}\p{Cf}]/gu, '?'),
  ])
  const table = [['ID', 'SCOPES', 'OWNER', 'STATE', 'CREATED', 'LAST USED', 'NAME'], ...rows]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
  const lines = table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

function stateOf({ revokedAt, expiresAt }: ApiKey, nowMs: number): string {
  if (revokedAt !== null) return `revoked ${revokedAt}`
  if (expiresAt === null) return 'valid'
  return Date.parse(expiresAt) > nowMs ? `ends ${expiresAt}` : `ended ${expiresAt}`
}
