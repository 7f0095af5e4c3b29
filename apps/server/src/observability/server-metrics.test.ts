import { mkdir, mkdtempDisposable, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseConfig } from '../config/config.ts'
import { lastBackupOf, noteBackup } from './last-backup.ts'
import { createServerMetrics } from './server-metrics.ts'

test('an operator sees errors by code, lost decoders by reason, waits by lane, and what is stored and when', async () => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-metrics-'))
  const lines: object[] = []
  const write = (facts: object) => void lines.push(facts)
  const log = { debug: write, info: write, warn: write, error: write }
  const config = parseConfig({ TINTYPE_DATA_DIR: home.path })
  const { metrics, ...observed } = createServerMetrics(config, { log, countsProcess: false })
  const numbers = async () => {
    const { text } = await metrics.render()
    const rows = text.split('\n').filter((line) => line.startsWith('tintype_'))
    return new Map(rows.map((row) => row.split(' ') as [string, string]))
  }
  const before = await numbers()
  expect(before.get('tintype_last_sweep_timestamp_seconds')).toBe('0')
  expect(before.get('tintype_last_backup_timestamp_seconds')).toBe('0')

  for (const code of ['STORAGE_FULL', 'OVERLOADED', 'OVERLOADED']) metrics.countError(code)
  for (const reason of ['cpu', 'starved', 'starved']) observed.onDecoderLost({ reason })
  observed.onStart('uploads', 300)
  observed.onCounted({ renditions: 3, byteSize: 5000 })
  for (const outcome of ['made', 'replaced', 'adopted']) observed.onRendition(outcome, 1000)
  const earliest = Math.floor(Date.now() / 1000)
  observed.onSwept()
  await noteBackup(home.path, { createdAt: '2026-01-31T02:00:00.000Z', photos: 7 })

  const after = await numbers()
  const shown = [
    'tintype_errors_total{code="STORAGE_FULL"}',
    'tintype_errors_total{code="OVERLOADED"}',
    'tintype_decoder_losses_total{reason="cpu"}',
    'tintype_decoder_losses_total{reason="starved"}',
    'tintype_decode_wait_seconds_bucket{le="0.1",lane="uploads"}',
    'tintype_decode_wait_seconds_bucket{le="0.5",lane="uploads"}',
    'tintype_renditions_total{outcome="made"}',
    'tintype_renditions',
    'tintype_rendition_bytes',
    'tintype_last_backup_timestamp_seconds',
  ]
  expect(shown.map((name) => after.get(name))).toEqual([
    '1',
    '2',
    '1',
    '2',
    '0',
    '1',
    '1',
    '4',
    '6000',
    `${Date.parse('2026-01-31T02:00:00Z') / 1000}`,
  ])
  expect(Number(after.get('tintype_last_sweep_timestamp_seconds'))).toBeGreaterThanOrEqual(earliest)
  // the directory of media does not exist, as if its disk was away
  expect(Number(after.get('tintype_disk_size_bytes{place="data"}'))).toBeGreaterThan(0)
  expect(after.get('tintype_disk_size_bytes{place="media"}')).toBeUndefined()
  expect(lines).toEqual(['cpu', 'starved', 'starved'].map((reason) => ({ event: 'decoder-lost', reason })))
})

test.each([
  ['is empty', ''],
  ['is cut', '{"createdAt": "2026-01-31T0'],
  ['has no object', 'null'],
  ['has no time', '{"createdAt": "yesterday"}'],
])('a note of the last backup that %s counts as none, so that the alert is raised', async (_, text) => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-metrics-'))
  await writeFile(join(home.path, 'last-backup.json'), text)
  expect(await lastBackupOf(home.path)).toBe(0)
  await noteBackup(home.path, { createdAt: '2026-01-31T02:00:00.000Z', photos: 7 })
  expect(await lastBackupOf(home.path)).toBe(Date.parse('2026-01-31T02:00:00Z') / 1000)
  expect(await readdir(home.path)).toEqual(['last-backup.json'])
})

test('what is in quarantine is counted with its bytes', async () => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-metrics-'))
  const originals = join(home.path, 'quarantine', 'originals', '0193f6a')
  await mkdir(originals, { recursive: true })
  await writeFile(join(originals, 'a.jpg'), 'four')
  await writeFile(join(home.path, 'quarantine', 'b.json'), '{}')
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const config = parseConfig({ TINTYPE_DATA_DIR: home.path })
  const { text } = await createServerMetrics(config, { log, countsProcess: false }).metrics.render()
  expect(text).toMatch(/^tintype_quarantine_files 2$/m)
  expect(text).toMatch(/^tintype_quarantine_bytes 6$/m)
})

test('what is in quarantine in a bucket is as of the last sweep, and not what is in the data directory', async () => {
  await using home = await mkdtempDisposable(join(tmpdir(), 'tintype-metrics-'))
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const env = { TINTYPE_STORAGE_URL: 's3://bucket/prefix', TINTYPE_DATA_DIR: home.path }
  const { metrics, onQuarantine } = createServerMetrics(parseConfig(env), { log, countsProcess: false })
  expect((await metrics.render()).text).toMatch(/^tintype_quarantine_files Nan$/m)
  onQuarantine?.({ files: 2, byteSize: 6 })
  const { text } = await metrics.render()
  expect(text).toMatch(/^tintype_quarantine_files 2$/m)
  expect(text).toMatch(/^tintype_quarantine_bytes 6$/m)
})
