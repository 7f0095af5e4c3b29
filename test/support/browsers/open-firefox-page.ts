import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { drivePage, type SendCommand } from './drive-page.ts'
import type { WebPage } from './web-page.ts'

/** A page of Firefox, driven by Marionette: the commands of WebDriver over a socket of its own. */
export async function openFirefoxPage(): Promise<WebPage> {
  const profile = await mkdtempDisposable(join(tmpdir(), 'tintype-firefox-'))
  const preferences = {
    'marionette.port': 0,
    'app.update.disabledForTesting': true,
    'browser.shell.checkDefaultBrowser': false,
    'datareporting.policy.dataSubmissionEnabled': false,
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
    'toolkit.telemetry.reportingpolicy.firstRun': false,
  }
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${value});\n`)
  await writeFile(join(profile.path, 'user.js'), lines.join(''))
  const args = ['--headless', '--marionette', '--no-remote', '--profile', profile.path, 'about:blank']
  const env = { ...process.env, HOME: profile.path, MOZ_DISABLE_CONTENT_SANDBOX: '1' }
  const browser = spawn('firefox-esr', args, { stdio: 'ignore', env })
  const ended = once(browser, 'exit')
  const close = async () => {
    browser.kill()
    await ended
    await profile[Symbol.asyncDispose]()
  }
  try {
    const port = await readPort(join(profile.path, 'MarionetteActivePort'), browser)
    const send = await openMarionette(port)
    await send('NewSession' as never, { capabilities: { alwaysMatch: { pageLoadStrategy: 'normal' } } })
    return drivePage(send, close)
  } catch (error) {
    await close()
    throw error
  }
}

/** The port, which Firefox writes to a file of its profile when it listens. */
async function readPort(path: string, browser: { readonly exitCode: number | null }): Promise<number> {
  for (;;) {
    const port = Number(await readFile(path, 'utf8').catch(() => ''))
    if (port > 0) return port
    if (browser.exitCode !== null) throw new Error('Firefox ended before it listened')
    await wait(50)
  }
}

/** @see https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html */
async function openMarionette(port: number): Promise<SendCommand> {
  const socket = connect(port, '127.0.0.1')
  const calls = new Map<number, PromiseWithResolvers<unknown>>()
  let text = Buffer.alloc(0)
  const greeted = Promise.withResolvers<void>()
  socket.on('data', (bytes) => {
    text = Buffer.concat([text, bytes])
    for (;;) {
      const colon = text.indexOf(':')
      const end = colon + 1 + Number(text.subarray(0, colon))
      if (colon < 0 || text.length < end) return
      const message = JSON.parse(text.subarray(colon + 1, end).toString())
      text = text.subarray(end)
      if (!Array.isArray(message)) greeted.resolve()
      else {
        const [, id, error, result] = message
        if (error) calls.get(id)?.reject(new Error(`${error.error}: ${error.message}`))
        else calls.get(id)?.resolve(result !== null && 'value' in result ? result.value : result)
      }
    }
  })
  socket.on('close', () => {
    for (const call of calls.values()) call.reject(new Error('Firefox closed the connection'))
  })
  await greeted.promise
  return (name, parameters) => {
    const id = calls.size + 1
    const call = Promise.withResolvers<unknown>()
    calls.set(id, call)
    const message = JSON.stringify([
      0,
      id,
      `WebDriver:${name}`,
      { ...parameters, newSandbox: false, sandbox: null },
    ])
    socket.write(`${Buffer.byteLength(message)}:${message}`)
    return call.promise
  }
}
