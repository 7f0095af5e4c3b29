/**
 * Uploads sets of foreign pictures to a built server, and compares each rendition with what Chromium shows of the original.
 * Prints a table, a row for each set.
 *
 *     node test/image-sets/compare-image-sets.ts [--main FILE] [--report FILE] DIRECTORY...
 *
 * `--main` is the `dist/main.js` of another build. `--report` is a file for what is known of each picture, as lines of JSON.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { openBrowser } from '../support/open-browser.ts'
import { builtServer, startTintype } from '../support/start-tintype.ts'
import { comparePicture, type PictureOutcome } from './compare-picture.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { main: { type: 'string', default: builtServer }, report: { type: 'string' } },
})
if (positionals.length === 0) throw new Error('Name at least one directory with pictures')

await using running = new AsyncDisposableStack()
const tintype = running.use(await startTintype({ main: values.main, keepsLog: false }))
const browser = running.adopt(await openBrowser(), (one) => one.close())
const page = await browser.newPage()

const reported: string[] = []
console.log('| set | pictures | accepted | refused, by code | of these Chromium shows | mean ΔE | above 2 |')
console.log('|---|--:|--:|---|--:|--:|--:|')
for (const directory of positionals) {
  const outcomes: PictureOutcome[] = []
  for (const file of await listPictures(directory)) {
    const outcome = await comparePicture({ tintype, page, bytes: await readFile(file) })
    outcomes.push(outcome)
    reported.push(JSON.stringify({ file, ...outcome }))
  }
  console.log(tableRow(basename(directory), outcomes))
}
if (values.report) await writeFile(values.report, `${reported.join('\n')}\n`)

async function listPictures(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && /\.(?:jpe?g|jpe|jfif|a?png|gif|webp|avif)$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

function tableRow(set: string, outcomes: readonly PictureOutcome[]): string {
  const refused = outcomes.filter(({ code }) => code !== undefined)
  const codes = Map.groupBy(refused, ({ code }) => code)
  const named = [...codes].map(([code, ones]) => `${ones.length} \`${code}\``).toSorted()
  const differences = outcomes.flatMap(({ difference }) => difference ?? [])
  const mean = differences.reduce((sum, one) => sum + one, 0) / differences.length
  const cells = [
    set,
    outcomes.length,
    outcomes.length - refused.length,
    named.join(', ') || '—',
    refused.filter(({ isShown }) => isShown).length,
    differences.length === 0 ? '—' : mean.toFixed(2),
    differences.filter((one) => one > 2).length,
  ]
  return `| ${cells.join(' | ')} |`
}
