import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDataDirectory } from './faults/data-directory.ts'
import { runCommand } from './support/run-command.ts'
import { startTintype } from './support/start-tintype.ts'
import { uploadSome } from './support/upload-some.ts'
import { ask } from './support/uploads.ts'

test('with --keep, backups are named after their time, linked, and the oldest are removed', async () => {
  await using home = await openDataDirectory()
  await using directory = await openDataDirectory()
  await mkdir(join(home.path, 'mine'))
  await mkdir(join(home.path, '2001-01-01T00-00-00.000Z')) // a removal that was interrupted
  await mkdir(join(home.path, '2001-01-02T00-00-00.000Z.partial-0123456789ab/media'), { recursive: true }) // a kill
  const running = '2999-01-01T00-00-00.000Z.partial-0123456789ab'
  await mkdir(join(home.path, running))
  {
    await using tintype = await startTintype({ dataDirectory: directory.path })
    await uploadSome(tintype, 3)
  }
  const backUp = () => runCommand(directory.path, 'backup', home.path, '--keep', '2')
  const outputs = [await backUp(), await backUp(), await backUp()].map(({ stdout }) => stdout)
  expect(outputs.map((one) => /\((.*)\)/.exec(one)?.[1])).toEqual([
    expect.stringMatching(/^[\d.]+ KB copied$/),
    '0 B copied, 3 linked, 2 older removed',
    '0 B copied, 3 linked, 1 older removed',
  ])
  const [older = '', newer = '', ...others] = (await readdir(home.path)).sort()
  expect(others).toEqual([running, 'mine'])
  for (const name of [older, newer]) {
    expect(name).toMatch(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/)
    expect((await runCommand(join(home.path, name), 'doctor')).code).toBe(0)
  }
  await using tintype = await startTintype({ dataDirectory: directory.path })
  const metrics = (await ask(tintype, '/metrics')).body.toString()
  const [, seconds] = /^tintype_last_backup_timestamp_seconds (\S+)$/m.exec(metrics) ?? []
  const [date = '', time = ''] = newer.split('T')
  expect(Number(seconds) * 1000).toBe(Date.parse(`${date}T${time.replaceAll('-', ':')}`))
  expect((await runCommand(directory.path, 'backup', home.path, '--keep', '0')).code).toBe(2)
})
