import {
  createUploader,
  isTintypeError,
  type Photo,
  type PlannedRetry,
  type TintypeError,
} from '@tintype/client'
import { createTransferRate } from './transfer-rate.ts'

/** What happens to a file at the moment. */
export type UploadState = 'queued' | 'sending' | 'processing' | 'waiting' | 'stored' | 'failed'

/** One file of the queue. */
export interface UploadItem {
  readonly id: string
  readonly name: string
  readonly byteSize: number
  readonly state: UploadState
  readonly sentBytes: number
  /** Whether the server may accept it at another time, as far as the page knows. */
  readonly canRetry: boolean
  /** Why it failed, or why it waits. */
  readonly error?: TintypeError | undefined
}

/** All files of the queue together. */
export interface UploadTotals {
  readonly count: number
  readonly stored: number
  readonly failed: number
  /** From 0 to 1, of the bytes of all files that did not fail. */
  readonly fraction: number
  /** `undefined` until there is enough to measure. */
  readonly bytesPerSecond: number | undefined
  readonly secondsLeft: number | undefined
}

/** A moment of the queue. It never changes; the next one is another object. */
export interface UploadSnapshot {
  readonly items: readonly UploadItem[]
  readonly totals: UploadTotals
  /** `waiting`: files are left, and none of them can be sent now. */
  readonly status: 'idle' | 'running' | 'waiting'
}

/** How a queue sends. */
export interface UploadQueueOptions {
  /** The server and its key. */
  readonly connection: Pick<NonNullable<Parameters<typeof createUploader>[0]>, 'url' | 'token'>
  /** Returns why a file cannot be accepted; `undefined` if it is to be sent. */
  readonly check: (file: File) => TintypeError | undefined
  readonly onStored: (photo: Photo) => void
}

/** Uploads files, a few at once, and goes on after the server or the network was away. */
export interface UploadQueue {
  add(files: readonly File[]): void
  /** Removes one file, or all that are not stored, and stops sending them. */
  cancel(id?: string): void
  /** Sends one file again that failed, or all of them. */
  retry(id?: string): void
  /** Forgets the files that are stored. */
  clear(): void
  readonly getSnapshot: () => UploadSnapshot
  /** Calls a listener after changes, at most ten times a second for progress. Returns a function that ends this. */
  subscribe(listener: () => void): () => void
}

/** A file with what its upload needs. */
interface Task {
  readonly file: File
  item: UploadItem
  /** The same for all attempts, so that none of them makes a second photo. */
  readonly idempotencyKey: string
  controller: AbortController
}

const concurrency = 3
/** With waits of 8 s, for about ten minutes. */
const retry = { attempts: 80, maxWaitMs: 600_000 }
const progressMs = 100

/** An empty queue. */
export function createUploadQueue({ connection, check, onStored }: UploadQueueOptions): UploadQueue {
  const tasks = new Map<string, Task>()
  const listeners = new Set<() => void>()
  const rate = createTransferRate()
  let lastId = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let snapshot = takeSnapshot()

  function publish(): void {
    clearTimeout(timer)
    timer = undefined
    snapshot = takeSnapshot()
    for (const listener of listeners) listener()
  }
  function change(task: Task, changes: Partial<UploadItem>): void {
    const isNewState = changes.state !== undefined && changes.state !== task.item.state
    task.item = { ...task.item, ...changes }
    if (isNewState) publish()
    else timer ??= setTimeout(publish, progressMs)
  }
  const inState = (...states: UploadState[]) =>
    [...tasks.values()].filter(({ item }) => states.includes(item.state))

  function takeSnapshot(): UploadSnapshot {
    const items = [...tasks.values()].map(({ item }) => item)
    const wanted = items.filter(({ state }) => state !== 'failed')
    const totalBytes = wanted.reduce((sum, { byteSize }) => sum + byteSize, 0)
    const sentBytes = wanted.reduce((sum, item) => sum + item.sentBytes, 0)
    const isSending = items.some(({ state }) => state === 'sending' || state === 'processing')
    const isLeft = items.some(({ state }) => state === 'queued' || state === 'waiting')
    const bytesPerSecond = isSending ? rate.measure() : undefined
    return {
      items,
      totals: {
        count: items.length,
        stored: items.filter(({ state }) => state === 'stored').length,
        failed: items.length - wanted.length,
        fraction: totalBytes === 0 ? 0 : sentBytes / totalBytes,
        bytesPerSecond,
        secondsLeft: bytesPerSecond && (totalBytes - sentBytes) / bytesPerSecond,
      },
      status: isSending ? 'running' : isLeft ? 'waiting' : 'idle',
    }
  }

  function sendNext(): void {
    const free = concurrency - inState('sending', 'processing', 'waiting').length
    for (const task of inState('queued').slice(0, Math.max(0, free))) void send(task)
  }

  async function send(task: Task): Promise<void> {
    const { signal } = task.controller
    change(task, { state: 'sending', sentBytes: 0, error: undefined })
    const onRetry = ({ error }: PlannedRetry) => change(task, { state: 'waiting', error })
    try {
      const { upload } = createUploader({ ...connection, retry: { ...retry, onRetry } })
      const photo = await upload(task.file, {
        signal,
        idempotencyKey: task.idempotencyKey,
        onProgress({ sentBytes, fraction }) {
          rate.add(sentBytes - task.item.sentBytes)
          const state = sentBytes >= task.file.size && fraction < 1 ? 'processing' : 'sending'
          change(task, { sentBytes, state, error: undefined })
        },
      })
      change(task, { state: 'stored', sentBytes: task.file.size })
      onStored(photo)
    } catch (error) {
      if (!signal.aborted && isTintypeError(error)) change(task, { state: 'failed', sentBytes: 0, error })
    }
    sendNext()
  }

  return {
    add(files) {
      for (const file of files) {
        const error = check(file)
        const id = `upload-${++lastId}`
        const state = error ? 'failed' : 'queued'
        const item = {
          id,
          name: file.name,
          byteSize: file.size,
          state,
          sentBytes: 0,
          canRetry: !error,
          error,
        } as const
        tasks.set(id, { file, item, idempotencyKey: randomKey(), controller: new AbortController() })
      }
      publish()
      sendNext()
    },
    cancel(id) {
      for (const task of tasks.values()) {
        if (task.item.state === 'stored' || (id !== undefined && task.item.id !== id)) continue
        tasks.delete(task.item.id)
        task.controller.abort()
      }
      publish()
    },
    retry(id) {
      for (const task of inState('failed')) {
        if ((id !== undefined && task.item.id !== id) || !task.item.canRetry) continue
        task.controller = new AbortController()
        change(task, { state: 'queued', error: undefined })
      }
      sendNext()
    },
    clear() {
      for (const task of inState('stored')) tasks.delete(task.item.id)
      publish()
    },
    getSnapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Pages served over plain HTTP have no `randomUUID`. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}
