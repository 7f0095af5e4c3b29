import { setTimeout as delay } from 'node:timers/promises'

/** Waits until a Tintype has made the thumbnails that it makes behind its answers. */
export async function settleTintype(port: number): Promise<void> {
  for (const until = performance.now() + 20_000; performance.now() < until; await delay(50)) {
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    if (/^tintype_decodes_active 0$/m.test(metrics) && /^tintype_decodes_queued 0$/m.test(metrics)) return
  }
  throw new Error('Tintype did not come to rest within 20 s')
}
