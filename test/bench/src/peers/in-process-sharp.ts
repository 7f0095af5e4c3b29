/* sharp without any server, at its best setting: renders the names given, over and over, until there are so many. */
import { availableParallelism } from 'node:os'
import { renderFromOriginal } from './render-from-original.ts'

const [file = '', count = '1', ...names] = process.argv.slice(2)

async function render(total: number): Promise<void> {
  let begun = 0
  const next = async () => {
    while (begun < total) await renderFromOriginal(file, names[begun++ % names.length] ?? '')
  }
  await Promise.all(Array.from({ length: Math.max(4, availableParallelism()) }, next))
}

await render(8)
const startedAt = performance.now()
await render(Number(count))
process.stdout.write(String(performance.now() - startedAt))
