import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { startTintype } from '../servers/contestants.ts'
import { hasEngines, startEngines } from '../servers/start-engines.ts'
import type { BenchContext, WorkloadResult } from '../workload.ts'

/** Bytes that a photo takes in PostgreSQL, by table: with three tags, four renditions, an owner, a title of three words. */
export async function measureRowSizes(context: BenchContext): Promise<WorkloadResult[]> {
  if (context.isQuick || !hasEngines) {
    context.say('rows: left out; it needs a whole run, and what scripts/install-backends.sh installs')
    return []
  }
  await using engines = await startEngines()
  const counts = context.isFull ? [10_000, 100_000, 1_000_000] : [10_000, 100_000]
  const results: WorkloadResult[] = []
  for (const count of counts) {
    const schema = `rows_${count}`
    const env = engines.libraryEnv(schema)
    {
      await using server = await startTintype({ TINTYPE_DATABASE_URL: env.TINTYPE_DATABASE_URL ?? '' })(
        join(context.directory, schema),
      )
      await server.stop() // it made the schema
    }
    const query = (sql: string) =>
      execFileSync('psql', ['-qAt', '-h', '127.0.0.1', '-U', 'postgres', '-p', portOf(env), '-c', sql], {
        encoding: 'utf8',
      })
    const startedAt = performance.now()
    query(fillSql(schema, count))
    context.say(`  ${count} photos: ${Math.round((performance.now() - startedAt) / 1000)} s`)
    const rows = query(sizesSql(schema))
      .trim()
      .split('\n')
      .map((line) => line.split('|'))
      .map(([name = '', bytes]) => ({ name, values: [Number(bytes) / count] }))
    results.push({
      id: schema,
      title: `Bytes of a photo in PostgreSQL, of ${count.toLocaleString('en')}`,
      unit: 'bytes',
      isMoreBetter: false,
      rows: [
        ...rows,
        { name: 'together', values: [rows.reduce((sum, { values }) => sum + (values[0] ?? 0), 0)] },
      ],
      references: [],
      notes: [],
    })
  }
  return results
}

function portOf({ TINTYPE_DATABASE_URL = '' }: Readonly<Record<string, string>>): string {
  return new URL(TINTYPE_DATABASE_URL).port
}

/** Inserts in the order of uploads, as servers do; three words and three tags of each photo come from 8 000 and 500. */
function fillSql(schema: string, count: number): string {
  const syllables = `ARRAY['ba','ri','tos','men','lu','ka','ver','sol','ni','gra','pel','do','chi','un','sta','wol','fe','mar','qui','zen']`
  return `SET search_path = ${schema}; SET synchronous_commit = off;
CREATE FUNCTION word(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT (${syllables})[1 + n % 20] || (${syllables})[1 + n / 20 % 20] || (${syllables})[1 + n / 400 % 20] $$;
CREATE FUNCTION tag(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT word(n % 500 * 16) $$;
INSERT INTO photos (id, format, byte_size, sha256, width, height, thumbnail_width, thumbnail_height, placeholder, filename, title,
  tags, created_at, taken_at, owner, visibility, search_text)
SELECT (lpad(to_hex(1700000000000 + n), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
  'jpeg', 3000000 + n % 100000, sha256(n::text::bytea), 4032, 3024, 300, 225, substr(md5(n::text) || md5((n + 1)::text), 1, 36),
  'IMG_' || lpad((n % 10000)::text, 4, '0') || '.jpg', title, ARRAY[tag(n), tag(n / 7), tag(n / 77)],
  to_timestamp(1700000000 + n), to_char(to_timestamp(1600000000 + n * 37 % 90000000), 'YYYY-MM-DD"T"HH24:MI:SS'),
  'user-' || n * 7919 % 1000, 'public',
  E'\\x1f' || title || E'\\x1f' || E'\\x1f' || 'img_' || lpad((n % 10000)::text, 4, '0') || '.jpg' || E'\\x1f' || tag(n) || E'\\x1f' ||
    tag(n / 7) || E'\\x1f' || tag(n / 77) || E'\\x1f'
FROM generate_series(1, ${count}::bigint) AS n,
  LATERAL (SELECT word(n * 31 % 8000) || ' ' || word(n * 17 % 8000) || ' ' || word(n * 7 % 8000) AS title) AS t;
INSERT INTO photo_tags (tag, owner, seq, taken_key)
SELECT DISTINCT t.tag, owner, seq, taken_key(taken_at, created_at) FROM photos, unnest(tags) AS t (tag) ORDER BY seq;
INSERT INTO renditions (seq, name, format, width, height, byte_size, sha256)
SELECT seq, r.name, 'webp', 640, 480, 60000, sha256((seq::text || r.name)::bytea)
FROM photos, unnest(ARRAY['thumb', 'w320', 'w640', 'w1280']) AS r (name) ORDER BY seq;
ANALYZE`
}

/** Bytes of each table without its indexes, and of each index that is not tiny. */
function sizesSql(schema: string): string {
  return `SELECT CASE c.relkind WHEN 'i' THEN 'index ' ELSE 'table ' END || c.relname,
    CASE c.relkind WHEN 'i' THEN pg_relation_size(c.oid) ELSE pg_table_size(c.oid) END AS bytes
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = '${schema}' AND c.relkind IN ('r', 'i') AND pg_relation_size(c.oid) > 100000
  ORDER BY bytes DESC`
}
