import type { GrantedLease, LeaseAnswer, Leases } from '../../../leases/leases.ts'
import type { Parameters } from '../bind-parameters.ts'
import type { Database } from '../database.ts'

/** The changed lease, if one was changed, beside the time. */
const answering = (change: string) => `
  WITH changed AS (${change} RETURNING name, holder, epoch, state)
  SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS "nowMs", changed.*
  FROM (SELECT) AS always LEFT JOIN changed ON TRUE`

const until = "clock_timestamp() + :durationMs::double precision * interval '1 ms'"

const acquiring = answering(`
  INSERT INTO tintype.leases AS l (name, holder, epoch, until, state) VALUES (:name, :holder, 1, ${until}, '')
  ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, epoch = l.epoch + 1, until = excluded.until
    WHERE l.holder = excluded.holder OR l.until <= clock_timestamp()`)

const renewing = answering(`
  UPDATE tintype.leases SET until = ${until}, state = coalesce(:state::text, state)
  WHERE name = :name AND holder = :holder AND epoch = :epoch`)

const releasing =
  'UPDATE tintype.leases SET until = now() WHERE name = :name AND holder = :holder AND epoch = :epoch'

type AnswerRow = { readonly nowMs: number } & (GrantedLease | { readonly name: null })

/** Leases by the database's clock. All three may be repeated. */
export function createPostgresLeases(database: Database): Leases {
  async function answer(sql: string, parameters: Parameters): Promise<LeaseAnswer> {
    const [row] = await database.repeat((session) => session.query<AnswerRow>(sql, parameters))
    if (row === undefined) throw new Error('A statement about a lease returned no row')
    const { nowMs, ...lease } = row
    return lease.name === null ? { nowMs } : { nowMs, lease }
  }

  return {
    acquireLease: (name, options) => answer(acquiring, { ...options, name }),
    renewLease: (lease, options) => answer(renewing, { ...lease, state: null, ...options }),
    async releaseLease(lease) {
      await database.repeat((session) => session.query(releasing, { ...lease }))
    },
  }
}
