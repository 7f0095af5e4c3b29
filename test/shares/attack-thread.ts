import { once } from 'node:events'
import { constants, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { attacks } from './attacks.ts'
import { createCaller } from './caller.ts'

/*
 * The thread of one attack, so that the attack does not delay what the honest caller measures. It is prepared, begins with
 * the first message, and ends with the second one.
 */

const { name, url, address, photos } = workerData as {
  name: string
  url: string
  address: string
  photos: readonly string[]
}
// An attacker has processors of its own. On Linux this is the priority of the thread that calls it.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
const attack = attacks.find((one) => one.name === name)
if (!attack || !parentPort) throw new Error(`There is no attack ${name}`)
using attacker = createCaller(url, address)
const run = await attack.prepare({ url, attacker, photos })
attacker.results.clear()
parentPort.postMessage('ready')
await once(parentPort, 'message')
const ending = new AbortController()
parentPort.once('message', () => ending.abort())
await run(ending.signal)
parentPort.postMessage(attacker.results)
