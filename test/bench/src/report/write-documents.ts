import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { repository } from '../servers/contestants.ts'
import { drawBars } from './draw-bars.ts'
import { type Findings, renderReport } from './render-report.ts'

const begin = '<!-- written by npm run bench -- --docs: begin -->'
const end = '<!-- written by npm run bench -- --docs: end -->'

/** Draws docs/charts and replaces the measured part of docs/performance.md. Keeps the text around it. */
export async function writeDocuments(findings: Findings): Promise<void> {
  const charts = join(repository, 'docs/charts')
  await mkdir(charts, { recursive: true })
  const drawn = findings.results.filter(({ rows }) => rows.length > 1)
  for (const result of drawn) await writeFile(join(charts, `${result.id}.svg`), drawBars(result))
  const file = join(repository, 'docs/performance.md')
  const text = await readFile(file, 'utf8')
  const [before, behind] = [text.split(begin)[0], text.split(end)[1]]
  if (before === undefined || behind === undefined)
    throw new Error('docs/performance.md has lost its markers')
  const isDrawn = (id: string) => drawn.some((result) => result.id === id)
  const report = renderReport(findings, (id) => (isDrawn(id) ? `charts/${id}.svg` : undefined))
  await writeFile(file, `${before}${begin}\n\n${report}\n\n${end}${behind}`)
}
