import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import type { Random } from './random.ts'

/** Something that happens to a cluster under load. It is over, and everything runs again, when the promise resolves. */
export type EngineFault = (cluster: Cluster, random: Random, lengthMs: number) => Promise<void>

/** Each fault, by name. */
export const engineFaults = {
  's3-killed': async ({ s3 }, _random, lengthMs) => {
    s3.killGateway()
    await delay(lengthMs)
    await s3.restartGateway()
  },
  's3-paused': async ({ s3 }, _random, lengthMs) => {
    s3.pauseGateway()
    await delay(lengthMs)
    s3.resumeGateway()
  },
  's3-slow': async ({ s3Link }, random, lengthMs) => {
    s3Link.slow({ delayMs: 20 + random.below(100), bytesPerSecond: 512 * 1024 })
    await delay(lengthMs)
    s3Link.slow({ delayMs: 0, bytesPerSecond: Infinity })
  },
  's3-cut': ({ s3Link }, _random, lengthMs) => cutRepeatedly(s3Link, lengthMs),
  'postgres-killed': async ({ postgres }, _random, lengthMs) => {
    await postgres.stop('SIGKILL')
    await delay(lengthMs)
    await postgres.start()
  },
  'postgres-restarted': async ({ postgres }) => {
    await postgres.stop('SIGINT')
    await postgres.start()
  },
  'postgres-paused': async ({ postgres }, _random, lengthMs) => {
    await postgres.pause()
    await delay(lengthMs)
    await postgres.resume()
  },
  'postgres-slow': async ({ postgresLink }, random, lengthMs) => {
    postgresLink.slow({ delayMs: 20 + random.below(100), bytesPerSecond: 64 * 1024 })
    await delay(lengthMs)
    postgresLink.slow({ delayMs: 0, bytesPerSecond: Infinity })
  },
  'postgres-cut': ({ postgresLink }, _random, lengthMs) => cutRepeatedly(postgresLink, lengthMs),
  'node-killed': async (cluster, random, lengthMs) => {
    const index = random.below(2)
    await cluster.killNode(index)
    await delay(lengthMs)
    await cluster.restartNode(index)
  },
} as const satisfies Record<string, EngineFault>

export type EngineFaultName = keyof typeof engineFaults

export const engineFaultNames = Object.keys(engineFaults) as EngineFaultName[]

const cutEveryMs = 100

async function cutRepeatedly(link: { readonly cut: () => void }, lengthMs: number): Promise<void> {
  for (const endMs = performance.now() + lengthMs; performance.now() < endMs; await delay(cutEveryMs))
    link.cut()
}
