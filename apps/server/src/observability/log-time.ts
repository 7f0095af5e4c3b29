/**
 * Creates the function that pino calls for the time of a line: the member `time`, ISO 8601 in UTC, with a comma before it. pino's own
 * one converts every time completely. That was a thirtieth of the answer to a photo in memory.
 *
 * @param now Unix time, milliseconds
 */
export function createLogTime(now: () => number = Date.now): () => string {
  let second = Number.NaN
  let beginning = ''
  return () => {
    const nowMs = now()
    const ms = nowMs % 1000
    if (nowMs - ms !== second) {
      second = nowMs - ms
      beginning = `,"time":"${new Date(second).toISOString().slice(0, -'000Z'.length)}`
    }
    return `${beginning}${String(ms).padStart(3, '0')}Z"`
  }
}
