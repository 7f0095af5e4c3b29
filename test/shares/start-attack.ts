import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { AttackTarget } from './attack.ts'

/** An attack that is prepared, in a thread of its own. */
export interface PreparedAttack extends AsyncDisposable {
  begin(): void
  /** Ends it. Resolves with how often each result came, by the result. */
  end(): Promise<ReadonlyMap<string, number>>
}

/** Prepares the attack of this name. */
export async function startAttack(
  name: string,
  target: Omit<AttackTarget, 'attacker'> & { readonly address: string },
): Promise<PreparedAttack> {
  const thread = new Worker(new URL('./attack-thread.ts', import.meta.url), {
    workerData: { name, ...target },
  })
  await once(thread, 'message')
  return {
    begin: () => thread.postMessage('begin'),
    async end() {
      thread.postMessage('end')
      const [results] = await once(thread, 'message')
      return results as Map<string, number>
    },
    async [Symbol.asyncDispose]() {
      await thread.terminate()
    },
  }
}
