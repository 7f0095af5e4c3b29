import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LoadPlan, LoadResult } from './load-plan.ts'

/** A load generator in a process of its own. Disposing it ends the process. */
export interface LoadGenerator extends AsyncDisposable {
  /** Carries out one plan at a time. */
  run(plan: LoadPlan): Promise<LoadResult>
}

/** Starts the generator. */
export function openLoadGenerator(): LoadGenerator {
  const entry = fileURLToPath(new URL('generator-process.ts', import.meta.url))
  const child = fork(entry, [], { serialization: 'advanced' })
  return {
    async run(plan) {
      const answered = once(child, 'message')
      child.send(plan)
      const [answer] = (await answered) as [{ result?: LoadResult; failure?: string }]
      if (answer.result) return answer.result
      throw new Error(answer.failure)
    },
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}
