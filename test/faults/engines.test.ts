import { hasPostgres } from '@tintype/catalog/testing'
import { expect, test } from 'vitest'
import { hasS3 } from '../support/start-s3.ts'
import type { EngineFaultName } from './engine-faults.ts'
import { runEngineFaults } from './run-engine-faults.ts'

// `engines.ts` has all of them.
const faults: EngineFaultName[] = [
  's3-killed',
  's3-paused',
  'postgres-killed',
  'postgres-paused',
  'node-killed',
]

test.skipIf(!hasPostgres || !hasS3 || process.platform !== 'linux')(
  'B196 B201 B308: S3, PostgreSQL and one of two servers are killed or paused under load: no photo is lost (needs /proc)',
  async () => {
    const report = await runEngineFaults({ rounds: faults.length, faults, seed: 1, longestFaultMs: 800 })
    expect(report).toMatchObject({ rounds: faults.length, lost: [], broken: [] })
    expect(report.acknowledged).toBeGreaterThan(faults.length)
    expect(Object.keys(report.slowestRecoveryMs)).toEqual(faults)
  },
  900_000,
)
