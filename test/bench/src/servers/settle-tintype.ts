import { setTimeout as delay } from 'node:timers/promises'

/** Work that piles up after answers that did not wait for a decode takes longer than anything else here. */
const timeoutMs = 180_000

/** Waits until Tintype has finished the work after its answers. */
export async function settleTintype(port: number, headers: Record<string, string> = {}): Promise<void> {
  for (const until = performance.now() + timeoutMs; performance.now() < until; await delay(50)) {
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`, { headers })).text()
    if (/^tintype_decodes_active 0$/m.test(metrics) && /^tintype_decodes_queued 0$/m.test(metrics)) return
  }
  throw new Error('Tintype was still busy after three minutes')
}
