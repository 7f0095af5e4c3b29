import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

const mebibyte = 1024 * 1024

/** Bytes of the young heap in a process in which more and more objects survive. */
function youngHeapOf(first: string): number {
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8'
    ${first}
    const youngHeap = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size
    const kept = []
    let most = 0
    for (let count = 0; count < 1e6; count += 1) {
      kept.push({ count, list: [count] })
      if (count % 1000 === 0) most = Math.max(most, youngHeap())
    }
    console.log(most)`
  // V8 sets the limit by the machine's memory: with 1 GiB it is so low that there is nothing to limit.
  const flags = ['--max-semi-space-size=64', '--input-type=module', '--eval']
  return Number(execFileSync(process.execPath, [...flags, script], { encoding: 'utf8' }))
}

test('the young heap stays small although many objects survive, as when a thousand clients connect at once', () => {
  const capped = youngHeapOf(
    `import { limitSemiSpace } from '${new URL('limit-semi-space.ts', import.meta.url)}'\nlimitSemiSpace()`,
  )
  expect(capped).toBeGreaterThan(0)
  expect(capped).toBeLessThan(20 * mebibyte)
  expect(youngHeapOf('')).toBeGreaterThan(32 * mebibyte)
})
