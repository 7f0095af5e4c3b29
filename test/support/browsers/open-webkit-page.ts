import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type CommandName, drivePage } from './drive-page.ts'
import type { WebPage } from './web-page.ts'

const binary = ['4.1', '4.0']
  .map((version) => `/usr/lib/x86_64-linux-gnu/webkit2gtk-${version}/MiniBrowser`)
  .find((path) => existsSync(path))

/** The end of each command's address. `{id}` is a parameter. */
const paths: Record<CommandName, string> = {
  Navigate: 'url',
  ExecuteScript: 'execute/sync',
  FindElement: 'element',
  ElementSendKeys: 'element/{id}/value',
  PerformActions: 'actions',
}

/** A page of WebKitGTK, driven by WebDriver, on a screen of its own. */
export async function openWebkitPage(): Promise<WebPage> {
  const home = await mkdtempDisposable(join(tmpdir(), 'tintype-webkit-'))
  const started: ChildProcess[] = []
  const start = (command: string, args: string[], options: object = {}) => {
    const child = spawn(command, args, { stdio: 'ignore', ...options })
    started.unshift(child)
    return child
  }
  const close = async () => {
    for (const child of started) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      const ended = once(child, 'exit')
      child.kill()
      await ended
    }
    await home[Symbol.asyncDispose]()
  }
  try {
    const screen = start('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    })
    const display = String((await once(screen.stdio[3] as NodeJS.ReadableStream, 'data'))[0]).trim()
    const port = await freePort()
    const env = { ...process.env, DISPLAY: `:${display}`, HOME: home.path, GIO_USE_VFS: 'local' }
    const driver = start('WebKitWebDriver', ['--host=127.0.0.1', `--port=${port}`], { env })
    const url = `http://127.0.0.1:${port}/session`
    while (!(await fetch(`http://127.0.0.1:${port}/status`).catch(() => undefined))?.ok) {
      if (driver.exitCode !== null) throw new Error('WebKitWebDriver ended before it listened')
      await wait(50)
    }
    const options = { binary, args: ['--automation'] }
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } }
    const { sessionId } = (await post(url, { capabilities })) as { sessionId: string }
    const session = `${url}/${sessionId}`
    const send = (name: CommandName, parameters: object) => {
      const { id = '', ...rest } = parameters as { id?: string }
      return post(`${session}/${paths[name].replace('{id}', id)}`, rest)
    }
    return drivePage(send, async () => {
      await fetch(session, { method: 'DELETE' })
      await close()
    })
  } catch (error) {
    await close()
    throw error
  }
}

async function post(url: string, body: object): Promise<unknown> {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
  const { value } = (await answer.json()) as { value: { error?: string; message?: string } }
  if (!answer.ok) throw new Error(`${value.error}: ${value.message}`)
  return value
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
