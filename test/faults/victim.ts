import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { serverEnvironment } from '../support/server-environment.ts'
import { builtServer } from '../support/start-tintype.ts'
import { type KillStep, killVariables } from './kill-steps.ts'

/** A server that will be killed. */
export interface Victim {
  /** Its URL; `undefined` if it died before it listened. */
  readonly url: string | undefined
  /** How long it took to listen, in milliseconds. */
  readonly startMs: number
  readonly isDead: boolean
  /** Resolves when it is dead, with a signal's name or its last output. */
  readonly dead: Promise<string>
  /** Kills it after this many milliseconds, unless it is dead before. */
  killAfter(ms: number): void
  /** Whether it was killed from outside, and not by itself at a step. */
  readonly isKilled: boolean
  /** Stops it with a signal; resolves as `dead`. */
  stop(): Promise<string>
  /** Files that its sweeps have removed or set aside so far. */
  readonly swept: number
}

/** How it is killed. */
export interface VictimOptions {
  readonly dataDirectory: string
  /** Kills itself when it reaches this step for the n-th time, counted from 1. */
  readonly at?: { readonly step: KillStep; readonly count: number } | undefined
  /** Killed this many milliseconds after its process was started, whatever it does then. */
  readonly afterMs?: number | undefined
}

const preload = join(import.meta.dirname, 'kill-at.ts')

/** Starts a server on a data directory; resolves when it listens or is dead. */
export async function startVictim({ dataDirectory, at, afterMs }: VictimOptions): Promise<Victim> {
  const startedAtMs = performance.now()
  const child = spawn(process.execPath, at ? ['--import', preload, builtServer] : [builtServer], {
    env: {
      ...serverEnvironment(),
      TINTYPE_PORT: '0',
      TINTYPE_DATA_DIR: dataDirectory,
      ...(at && { [killVariables.step]: at.step, [killVariables.count]: String(at.count) }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaints = ''
  let isDead = false
  let swept = 0
  const listening = Promise.withResolvers<string>()
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  createInterface(child.stdout).on('line', (text) => {
    const line = readLine(text)
    if (line.event === 'listening') listening.resolve(String(line.url))
    if (line.event === 'sweep')
      for (const count of [line.leftovers, line.removed, line.setAside]) swept += Number(count ?? 0)
  })
  const dead = once(child, 'close').then(([code, signal]) => {
    isDead = true
    return String(signal ?? `exit ${code} ${complaints}`)
  })
  let isKilled = false
  function killAfter(ms: number): void {
    const timer = setTimeout(() => {
      isKilled = child.kill('SIGKILL')
    }, ms)
    child.once('exit', () => clearTimeout(timer))
  }
  if (afterMs !== undefined) killAfter(afterMs)
  const url = await Promise.race([listening.promise, dead.then(() => undefined)])
  return {
    url,
    startMs: performance.now() - startedAtMs,
    get isDead() {
      return isDead
    },
    dead,
    killAfter,
    get isKilled() {
      return isKilled
    },
    async stop() {
      child.kill('SIGTERM')
      return dead
    },
    get swept() {
      return swept
    },
  }
}

/** A killed server may have written half a line. */
function readLine(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}
