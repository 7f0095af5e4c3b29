import { readFileSync } from 'node:fs'
import { listChildren } from '../support/list-children.ts'

const intervalMs = 50

/** Watches the memory of a process and of its children. Disposing it ends the watch. Needs `/proc`. */
export function watchTree(pid: number): Disposable & { readonly peakByteSize: () => number } {
  let peakByteSize = 0
  const look = async () => {
    const children = await listChildren(pid).catch(() => [])
    const byteSize = [String(pid), ...children].reduce((sum, one) => sum + residentByteSize(one), 0)
    peakByteSize = Math.max(peakByteSize, byteSize)
  }
  const timer = setInterval(() => void look(), intervalMs)
  return { peakByteSize: () => peakByteSize, [Symbol.dispose]: () => clearInterval(timer) }
}

function residentByteSize(pid: string): number {
  try {
    const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
    return Number(kibibytes ?? 0) * 1024
  } catch {
    return 0 // it has ended
  }
}
