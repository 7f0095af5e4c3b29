#!/usr/bin/env node
import { isTintypeError } from '@tintype/contract'
import type { Command } from './commands/command-context.ts'
import { ConfigError } from './config/config-error.ts'
import { type LogStream, openLogStream } from './observability/log-stream.ts'
import { writeAndDrain } from './observability/write-and-drain.ts'

/** Every command, loaded only when it is run. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./commands/serve.ts')).serve,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  backup: async () => (await import('./commands/backup.ts')).backup,
  restore: async () => (await import('./commands/restore/restore.ts')).restore,
  migrate: async () => (await import('./commands/migrate/migrate.ts')).migrate,
  renditions: async () => (await import('./commands/renditions.ts')).renditions,
  keys: async () => (await import('./commands/keys/keys.ts')).keys,
  help: async () => (await import('./commands/help.ts')).help,
  version: async () => (await import('./commands/print-version.ts')).printVersion,
}

/**
 * Threads for file operations, unless the environment sets another number. Node's default is four: syncs could occupy all of
 * them, and every other read and write would wait. Node reads the number when it starts the first thread.
 */
const fileThreads = 16

/** Milliseconds in which the output of an interrupted command may still be read. */
const lastReadMs = 1000

/** Command line → command → exit code. The only file that reads the process. */
async function main([first = 'serve', ...rest]: readonly string[]): Promise<number> {
  // Output that cannot be written must not stop the server or a backup (threat B312).
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {})
  requireNode()
  process.env.UV_THREADPOOL_SIZE ??= String(fileThreads)
  const isFlag = first.startsWith('-')
  const args = isFlag ? [first, ...rest] : rest
  const wantsHelp = args.some((arg) => arg === '--help' || arg === '-h')
  const isVersion = isFlag && ['--version', '-v', '-V'].includes(first)
  const name = wantsHelp ? 'help' : isVersion ? 'version' : isFlag ? 'serve' : first
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!load) throw new ConfigError(`Unknown command; "tintype help" lists all commands`)
  process.umask(0o027)
  const run = await load()
  const { env, stdout, stderr } = process
  return await run({ env, args, stdout, stderr, signals: process, openLog })
}

function openLog(): LogStream {
  const lines = openLogStream(process.stdout)
  process.once('exit', () => lines.flush()) // after a crash too
  return lines
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 24 || (major === 24 && minor >= 15)) return
  throw new ConfigError(
    `Tintype needs Node 24.15 or newer; this is ${process.versions.node}. "npm start" uses the version that npm installed.`,
  )
}

const args = process.argv.slice(2)
main(args).then(end, (error: unknown) => {
  process.stderr.write(`${explain(error)}\n`)
  // For doctor, 1 means that it found something.
  const isStopped = isTintypeError(error) && error.code === 'ABORTED'
  return end(isServer(args) ? 1 : 2, isStopped ? AbortSignal.timeout(lastReadMs) : undefined)
})

/**
 * Ends the process once a command's output has been read, or after a signal. The server has already waited for its log's
 * reader.
 */
async function end(code: number, limit?: AbortSignal): Promise<never> {
  if (!isServer(args)) {
    for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal)
    for (const output of [process.stdout, process.stderr]) await writeAndDrain(output, '', limit)
  }
  process.exit(code)
}

function isServer([first = 'serve']: readonly string[]): boolean {
  return first === 'serve' || first.startsWith('-')
}

/** The text for the operator. It may have the path or address that failed, which clients never see. */
function explain(thrown: unknown): string {
  // First: an old Node does not know `SuppressedError`.
  if (thrown instanceof ConfigError) return thrown.message
  const error = findReason(thrown)
  if (!(error instanceof Error)) return String(error)
  if (error instanceof ConfigError) return error.message
  const what = isServer(args) ? 'start' : 'continue'
  if (isNative(error)) return `Tintype cannot ${what}: ${error.message}`
  if (!isTintypeError(error)) return error.stack ?? error.message
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return `Tintype cannot ${what}: ${error.message}${cause}`
}

/** The first error, not the errors of the clean-up after it. */
function findReason(error: unknown): unknown {
  return error instanceof SuppressedError ? findReason(error.suppressed) : error
}

/** An error of the system: the port is in use, a directory cannot be written, a disk is full. */
function isNative(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}
