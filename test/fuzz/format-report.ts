import type { FuzzReport } from './run-fuzz.ts'

/** The result of a run, in a few lines for people. */
export function formatReport({
  cases,
  statuses,
  hangs,
  failures,
  broken,
  before,
  after,
}: FuzzReport): string {
  const counts = [...statuses].sort(([one], [other]) => one.localeCompare(other))
  const serverErrors = counts
    .filter(([status]) => status.startsWith('5'))
    .reduce((sum, [, count]) => sum + count, 0)
  const mebibytes = (byteSize: number) => Math.round(byteSize / 2 ** 20)
  return [
    `${cases} cases: ${counts.map(([status, count]) => `${count} × ${status}`).join(', ')}`,
    `${serverErrors} 5xx, ${hangs} hangs, ${failures.length} failed, ${broken.length} broken promises`,
    `file descriptors ${before.fileDescriptors} → ${after.fileDescriptors}, decoders ${before.childProcesses} → ` +
      `${after.childProcesses}, memory ${mebibytes(before.memoryByteSize)} → ${mebibytes(after.memoryByteSize)} MiB, ` +
      `staged files ${after.stagedFiles}, uploads in flight ${after.uploadsInFlight}`,
  ].join('\n')
}
