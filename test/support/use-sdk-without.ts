/*
 * A thread that uses the built SDK without what newer engines have: first without all of it, then with all of it, then without each.
 * Its data: `UsedServer`. Posts pairs of what was missing and what happened.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { removable, removeFeature } from './newer-features.ts'
import { type Sdk, useSdk } from './use-sdk.ts'

// Node's own `fetch` calls it, and every Node that the SDK runs in has it
const features = removable.filter((feature) => feature !== '.toWellFormed')

const restores = features.map((feature) => removeFeature(globalThis, feature))
const sdk: Sdk = { ...(await import('@tintype/client')), ...(await import('@tintype/client/queue')) }
const seen: [string, unknown][] = [['all of them', await useSdk(sdk, workerData)]]
for (const restore of restores) restore?.()
seen.push(['nothing', await useSdk(sdk, workerData)])
for (const feature of features) {
  const restore = removeFeature(globalThis, feature)
  if (restore) seen.push([feature, await useSdk(sdk, workerData)])
  restore?.()
}
parentPort?.postMessage(seen)
