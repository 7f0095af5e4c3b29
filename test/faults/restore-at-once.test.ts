import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { expect, test, vi } from 'vitest'
import { runCommand } from '../support/run-command.ts'
import { serverEnvironment } from '../support/server-environment.ts'
import { builtServer, startTintype } from '../support/start-tintype.ts'
import { expectPhoto, postBytes, waiting } from '../support/uploads.ts'
import { openDataDirectory } from './data-directory.ts'
import { createSamplePhotos } from './sample-photos.ts'

/** Names of the files that a process has open. */
async function openFiles(pid: number | undefined): Promise<string[]> {
  const directory = `/proc/${pid}/fd`
  const links = (await readdir(directory)).map((fd) => readlink(join(directory, fd)).catch(() => ''))
  return Promise.all(links)
}

test.skipIf(process.platform !== 'linux')(
  'B184 a restore that waits while another fills the directory does not overwrite it (needs /proc)',
  async () => {
    await using home = await openDataDirectory()
    await using source = await openDataDirectory()
    {
      const makeSample = await createSamplePhotos()
      await using tintype = await startTintype({ dataDirectory: source.path })
      expectPhoto(await postBytes(tintype, makeSample(1, 3000).bytes()))
    }
    const backup = join(home.path, 'backup')
    expect((await runCommand(source.path, 'backup', backup)).code).toBe(0)

    const data = join(home.path, 'data')
    await mkdir(data)
    const lock = new DatabaseSync(join(data, 'tintype.lock'))
    lock.exec('BEGIN EXCLUSIVE')
    const child = spawn(process.execPath, [builtServer, 'restore', backup], {
      env: { ...serverEnvironment(), TINTYPE_DATA_DIR: data },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const complaints = text(child.stderr)
    const exited = once(child, 'exit')
    await vi.waitFor(
      async () => expect(await openFiles(child.pid)).toContain(join(data, 'tintype.lock')),
      waiting,
    )
    await writeFile(join(data, 'tintype.db'), 'of another restore')
    lock.close()
    expect([await complaints, (await exited)[0]]).toEqual([
      expect.stringContaining('has tintype.db in it'),
      2,
    ])
    expect((await readdir(data)).toSorted()).toEqual(['tintype.db', 'tintype.lock'])
    expect(await readFile(join(data, 'tintype.db'), 'utf8')).toBe('of another restore')
  },
)
