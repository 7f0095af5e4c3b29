import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listenForComplaints } from '../support/listen-for-complaints.ts'
import { makePictures } from '../support/make-pictures.ts'
import { openBrowser } from '../support/open-browser.ts'
import { openReactProject, type ReactProject } from '../support/react-project.ts'
import { startTintype } from '../support/start-tintype.ts'
import { uploadSome } from '../support/upload-some.ts'
import { waiting } from '../support/uploads.ts'

const run = promisify(execFile)

let project: ReactProject
beforeAll(async () => {
  project = await openReactProject({
    next: '16.4.6',
    react: '19.3.1',
    'react-dom': '19.3.1',
    '@types/react': '19.3.3',
    '@types/node': '24.19.4',
    typescript: '5.9.3',
  })
}, 300_000)
afterAll(() => project[Symbol.asyncDispose]())

/** Starts the built application on a free port. */
async function startNext(env: NodeJS.ProcessEnv) {
  const next = spawn(
    process.execPath,
    ['node_modules/next/dist/bin/next', 'start', '-p', '0', '-H', '127.0.0.1'],
    {
      cwd: project.directory,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const ended = once(next, 'exit')
  for await (const line of createInterface(next.stdout)) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0]
    if (!url) continue
    next.stdout.resume()
    return {
      url,
      async [Symbol.asyncDispose]() {
        next.kill()
        await ended
      },
    }
  }
  throw new Error('next ended before it listened')
}

test('the recipe for Next compiles, renders photos on the server, and uploads in the browser', async () => {
  const { directory } = project
  await using tintype = await startTintype()
  const [photo] = await uploadSome(tintype, 1)
  await project.writeExamples(tintype.url, 'recipes/next.md')
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', TINTYPE_URL: tintype.url }
  await run(process.execPath, ['node_modules/next/dist/bin/next', 'build'], { cwd: directory, env }).catch(
    (error: { stdout: string; stderr: string }) => expect.fail(error.stdout + error.stderr),
  )
  await using next = await startNext(env)
  const html = await (await fetch(next.url)).text()
  const media = `/api/tintype/media/${photo?.id}`
  expect(html).toContain(`${media}/w160.webp`)
  expect(html.match(/<img /g)).toHaveLength(3)

  await using browser = await openBrowser()
  const page = await browser.newPage()
  page.setDefaultTimeout(waiting.timeout)
  const complaints = listenForComplaints(page)
  await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }))
  await page.goto(next.url)
  const fromLoader = page.getByRole('img', { name: 'by next/image' })
  const source = () => fromLoader.evaluate((one: HTMLImageElement) => one.naturalWidth > 0 && one.currentSrc)
  await expect.poll(source, waiting).toBe(`${next.url}${media}/w160.webp`)
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose photos' }).click()
  await (await chooser).setFiles(await makePictures(1))
  await page.getByRole('img', { name: 'picture 1.png' }).waitFor()
  expect(complaints).toEqual([])
})
