import { setTimeout as delay } from 'node:timers/promises'
import type { Attack } from '../attack.ts'

const perSecond = 700
const tickMs = 10
const maxWaiting = 64

/** Checks of readiness, each of which wrote to the disk and to the catalog. */
export const readinessChecks: Attack = {
  name: 'S-16',
  what: `GET /readyz up to ${perSecond} times a second`,
  async prepare({ attacker }) {
    return async (signal) => {
      const waiting = new Set<Promise<unknown>>()
      let lastMs = performance.now()
      while (!signal.aborted) {
        await delay(tickMs)
        const passedMs = performance.now() - lastMs
        lastMs += passedMs
        for (let due = (passedMs / 1000) * perSecond; due > 0 && waiting.size < maxWaiting; due -= 1) {
          const answered = attacker.send({ path: '/readyz', signal })
          waiting.add(answered)
          void answered.finally(() => waiting.delete(answered))
        }
      }
      await Promise.all(waiting)
    }
  },
}
