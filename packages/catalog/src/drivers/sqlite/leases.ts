import type { DatabaseSync } from 'node:sqlite'
import type { GrantedLease, Lease, Leases } from '../../leases/leases.ts'
import type { GroupCommit } from './group-commit.ts'

/** The leases of a file, by the clock of this machine. */
export function createSqliteLeases(
  database: DatabaseSync,
  { commit }: { readonly commit: GroupCommit },
): Leases {
  const acquiring = database.prepare(
    `INSERT INTO leases (name, holder, epoch, until_ms, state) VALUES (:name, :holder, 1, :untilMs, '')
     ON CONFLICT (name) DO UPDATE SET holder = :holder, epoch = epoch + 1, until_ms = :untilMs
       WHERE holder = :holder OR until_ms <= :nowMs
     RETURNING name, holder, epoch, state`,
  )
  const renewing = database.prepare(
    `UPDATE leases SET until_ms = :untilMs, state = coalesce(:state, state)
     WHERE name = :name AND holder = :holder AND epoch = :epoch
     RETURNING name, holder, epoch, state`,
  )
  const releasing = database.prepare(
    'UPDATE leases SET until_ms = 0 WHERE name = :name AND holder = :holder AND epoch = :epoch',
  )
  return {
    acquireLease: (name, { holder, durationMs }) =>
      commit.run(() => {
        const nowMs = Date.now()
        return { nowMs, lease: toLease(acquiring.get({ name, holder, nowMs, untilMs: nowMs + durationMs })) }
      }),
    renewLease: (lease, { durationMs, state = null }) =>
      commit.run(() => {
        const nowMs = Date.now()
        const parameters = { ...keyOf(lease), state, untilMs: nowMs + durationMs }
        return { nowMs, lease: toLease(renewing.get(parameters)) }
      }),
    releaseLease: (lease) => commit.run(() => void releasing.run(keyOf(lease))),
  }
}

function keyOf({ name, holder, epoch }: Lease) {
  return { name, holder, epoch }
}

function toLease(row: object | undefined): GrantedLease | undefined {
  return row && ({ ...row } as GrantedLease)
}
