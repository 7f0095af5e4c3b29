import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const places = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/**
 * A real, headless Chromium: the one at `CHROMIUM_PATH`, or at the usual path of Linux distributions. `*.example.com` leads to
 * 127.0.0.1, for pages whose origin is not on loopback.
 *
 * @throws if there is none; a test that needs a browser does not pass without it
 */
export async function openBrowser(): Promise<Browser> {
  const executablePath = places.find((path) => path !== undefined && existsSync(path))
  if (executablePath === undefined) throw new Error('No Chromium was found; set CHROMIUM_PATH')
  const quiet = [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--host-resolver-rules=MAP *.example.com 127.0.0.1',
  ]
  return chromium.launch({ executablePath, args: ['--no-sandbox', ...quiet] })
}
