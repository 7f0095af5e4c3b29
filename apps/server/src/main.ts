#!/usr/bin/env node
import { isTintypeError } from '@tintype/contract'
import type { Command } from './commands/command-context.ts'
import { ConfigError } from './config/config-error.ts'
import { type LogStream, openLogStream } from './observability/log-stream.ts'
import { writeOut } from './observability/write-and-drain.ts'

/** Every command, loaded only when it is run. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./commands/serve.ts')).serve,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  backup: async () => (await import('./commands/backup.ts')).backup,
  restore: async () => (await import('./commands/restore.ts')).restore,
  help: async () => (await import('./commands/help.ts')).help,
}

/**
 * Threads for files, unless the environment says otherwise: of Node's own four, syncs take all, and whatever else is to be
 * read or written waits for them. Node reads it when it needs the first.
 */
const fileThreads = 16

/** How long the reader of a command that was told to stop is waited for, milliseconds. */
const lastWordsMs = 1000

/** Command line → command → exit code. The only file that reads the process. */
async function main([first = 'serve', ...rest]: readonly string[]): Promise<number> {
  // What cannot be written must not stop a service, or end a backup half-way (threat B312).
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {})
  requireNode()
  process.env.UV_THREADPOOL_SIZE ??= String(fileThreads)
  const isFlag = first.startsWith('-')
  const args = isFlag ? [first, ...rest] : rest
  const wantsHelp = args.some((arg) => arg === '--help' || arg === '-h')
  const name = wantsHelp ? 'help' : isFlag ? 'serve' : first
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!load) throw new ConfigError(`There is no command of this name; "tintype help" names all`)
  process.umask(0o027)
  const run = await load()
  const { env, stdout, stderr } = process
  return await run({ env, args, stdout, stderr, signals: process, openLog })
}

function openLog(): LogStream {
  const lines = openLogStream(process.stdout)
  process.once('exit', () => lines.flush()) // also where it crashes
  return lines
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 24 || (major === 24 && minor >= 15)) return
  throw new ConfigError(
    `Tintype needs Node 24.15 or newer; this is ${process.versions.node}. "npm start" brings its own.`,
  )
}

const args = process.argv.slice(2)
main(args).then(end, (error: unknown) => {
  process.stderr.write(`${explain(error)}\n`)
  // Of doctor, 1 says that it found something.
  const isStopped = isTintypeError(error) && error.code === 'ABORTED'
  return end(isServer(args) ? 1 : 2, isStopped ? AbortSignal.timeout(lastWordsMs) : undefined)
})

/** What a command says is waited for until it is read; a signal ends that. A server has waited for the reader of its log. */
async function end(code: number, limit?: AbortSignal): Promise<never> {
  if (!isServer(args)) {
    for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal)
    for (const output of [process.stdout, process.stderr]) await writeOut(output, '', limit)
  }
  process.exit(code)
}

function isServer([first = 'serve']: readonly string[]): boolean {
  return first === 'serve' || first.startsWith('-')
}

/** For the operator, who may see what strangers may not: the path or address that something failed at. */
function explain(thrown: unknown): string {
  const error = findReason(thrown)
  if (!(error instanceof Error)) return String(error)
  if (error instanceof ConfigError) return error.message
  const what = isServer(args) ? 'start' : 'go on'
  if (isNative(error)) return `Tintype cannot ${what}: ${error.message}`
  if (!isTintypeError(error)) return error.stack ?? error.message
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return `Tintype cannot ${what}: ${error.message}${cause}`
}

/** What failed first; not what could not be tidied up behind it. */
function findReason(error: unknown): unknown {
  return error instanceof SuppressedError ? findReason(error.suppressed) : error
}

/** The system refused: the port is taken, a directory cannot be written, a disk is full. */
function isNative(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}
