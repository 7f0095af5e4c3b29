/** Names of pino's levels. */
const levelNames: Readonly<Record<number, string>> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
}

/** What a value may have in it without quotes. Everything that could move a terminal's cursor is escaped. */
const plain = /^[\w.:/@+%-]+$/

/**
 * A line of the log for people: time of day, level, message, and the facts as `name=value`. The stack of an error follows on
 * lines of its own. A line that is not JSON is returned as it is.
 *
 * @param line JSON of pino with its line end
 */
export function formatLogLine(line: string): string {
  const { time, level, msg, err, ...facts } = parse(line) ?? {}
  if (typeof level !== 'number') return line
  const clock = String(time).slice(11, 23)
  const shown = Object.entries(facts).map(([name, value]) => `${name}=${formatValue(value)}`)
  const head = [
    clock,
    (levelNames[level] ?? `${level}`).padEnd(5),
    escapeControls(String(msg ?? '')),
    ...shown,
  ].join(' ')
  const stack = err === undefined ? [] : formatError(err).split('\n')
  return [head, ...stack.map((one) => `  ${escapeControls(one)}`), ''].join('\n')
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function formatValue(value: unknown): string {
  return typeof value === 'string' && plain.test(value) ? value : escapeControls(JSON.stringify(value) ?? '')
}

/** The error as pino writes it. */
function formatError(err: unknown): string {
  const { stack, message } = typeof err === 'object' && err !== null ? (err as Record<string, unknown>) : {}
  return String(stack ?? message ?? JSON.stringify(err))
}

/** Replaces control characters, also those that JSON leaves as they are. */
function escapeControls(text: string): string {
  return text.replace(/\p{C}/gu, (letter) => `\\u{${letter.codePointAt(0)?.toString(16)}}`)
}
