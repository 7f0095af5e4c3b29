import { hkdfSync, randomBytes } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openDataDirectory } from './faults/data-directory.ts'
import { runCommand } from './support/run-command.ts'
import { startTintype } from './support/start-tintype.ts'

/** The data directory of a server that has stopped. */
async function openStopped() {
  await using opening = new AsyncDisposableStack()
  const directory = opening.use(await openDataDirectory())
  {
    await using _tintype = await startTintype({ dataDirectory: directory.path })
  }
  const owned = opening.move()
  return {
    path: directory.path,
    keys: (...args: string[]) => runCommand(directory.path, 'keys', ...args),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

describe('tintype keys, while the server is stopped', () => {
  test('B223: makes a key, shows it once, and keeps its hash only', async () => {
    await using library = await openStopped()
    const made = await library.keys('create', '--name', 'shop', '--scopes', 'upload', '--owner', 'user:1')
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ttk_[0-9A-Za-z]{12}_\w{49}\n$/) })
    const key = made.stdout.trim()
    const id = key.slice(4, 16)
    expect(made.stderr).toContain(`Made the key ${id} (shop)`)

    const listed = await library.keys('list', '--json')
    expect(JSON.parse(listed.stdout)).toMatchObject({
      id,
      scopes: ['upload'],
      owner: 'user:1',
      createdBy: 'command',
    })
    for (const name of await readdir(library.path))
      if (name.startsWith('tintype.db'))
        expect((await readFile(join(library.path, name))).includes(key.slice(17))).toBe(false)
  })

  test('B222: rotates a key, and revokes it for ever', async () => {
    await using library = await openStopped()
    const made = await library.keys('create', '--name', 'shop', '--scopes', 'read,upload', '--json')
    const { key: _, ...old } = JSON.parse(made.stdout)
    const { key, ...twin } = JSON.parse((await library.keys('rotate', old.id, '--json')).stdout)
    expect(key).toContain(twin.id)
    expect(twin).toMatchObject({ name: 'shop', scopes: old.scopes, expiresAt: null })
    const revoked = await library.keys('revoke', twin.id)
    expect(revoked).toMatchObject({ code: 0, stdout: expect.stringMatching(/is revoked since 20/) })
    const again = await library.keys('rotate', twin.id)
    expect(again).toMatchObject({ code: 2, stderr: expect.stringMatching(/The key has ended/) })
    const { stdout } = await library.keys('list')
    expect(stdout).toMatch(new RegExp(`^${twin.id} .* revoked 20`, 'm'))
    expect(stdout).toMatch(new RegExp(`^${old.id} .* ends 20`, 'm'))
  })

  test('derives the key that signs media URLs, and no other', async () => {
    await using library = await openStopped()
    const absent = await library.keys('derive', 'media-url')
    expect(absent).toMatchObject({ code: 2, stderr: expect.stringMatching(/There are no signing secrets/) })
    const secret = randomBytes(32)
    await writeFile(join(library.path, 'signing-secrets'), `k1:${secret.toString('base64url')}\n`, {
      mode: 0o600,
    })
    const expected = Buffer.from(hkdfSync('sha256', secret, '', 'tintype/media-url/1', 32))
    const derived = await library.keys('derive', 'media-url')
    expect(derived).toMatchObject({ code: 0, stdout: `k1:${expected.toString('base64url')}\n` })
    expect((await library.keys('derive', 'upload-token')).code).toBe(2)
  })

  test('changes nothing without a library, or beside a running server', async () => {
    await using directory = await openDataDirectory()
    const absent = await runCommand(directory.path, 'keys', 'create', '--name', 'x', '--scopes', 'read')
    expect(absent).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/no library here/) })
    expect(await readdir(directory.path)).toEqual([])
    await using tintype = await startTintype({ dataDirectory: directory.path })
    const beside = await runCommand(directory.path, 'keys', 'list')
    expect(beside).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/used by another Tintype process/),
    })
    const key = 'A'.repeat(32)
    const open = await runCommand(directory.path, 'keys', 'list', '--url', tintype.url, '--key', key)
    expect(open).toMatchObject({ code: 2, stderr: expect.stringMatching(/needs a closed server/) })
  })

  test('help names the commands', async () => {
    await using directory = await openDataDirectory()
    const { stdout } = await runCommand(directory.path, 'keys', '--help')
    for (const name of ['create', 'list', 'rotate', 'revoke', 'derive'])
      expect(stdout).toContain(`keys ${name}`)
  })
})
