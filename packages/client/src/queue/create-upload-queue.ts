import { TintypeError } from '@tintype/contract'
import { loadRarelyNeeded } from '../load-rarely-needed.ts'
import { callListener } from '../transport/call-listener.ts'
import { toTintypeError } from '../transport/to-tintype-error.ts'
import { randomKey } from '../upload/build-upload-request.ts'
import type { PrepareFile } from '../upload/prepare-file.ts'
import type { UploadOptions } from '../upload/upload-options.ts'
import { fingerprint } from './fingerprint.ts'
import { createOutage } from './outage.ts'
import { createTally } from './tally.ts'
import type {
  UploadItem,
  UploadItemState,
  UploadQueue,
  UploadQueueClient,
  UploadQueueOptions,
  UploadSnapshot,
  UploadTwin,
} from './upload-queue.ts'

/** A file with what its upload needs. */
interface Task {
  readonly file: Blob
  readonly description: UploadOptions | undefined
  /** The same for all attempts, so that none of them makes a second photo. */
  readonly idempotencyKey: string
  item: UploadItem
  /** The prepared file: the same bytes for all attempts. */
  ready?: Blob | undefined
  /** Ends the upload, while there is one. */
  controller?: AbortController | undefined
  /** Whether it is sent although it was skipped. */
  isWanted?: boolean
}

const progressMs = 100
const is = ({ item }: Task, ...states: readonly UploadItemState[]) => states.includes(item.state)
const hasOutcome = (task: Task) => is(task, 'stored', 'skipped', 'failed', 'cancelled')

/** All of them, before any is added. */
function readFiles(files: Iterable<Blob>): readonly Blob[] {
  let failure: unknown
  try {
    const list = [...files]
    if (list.every((file) => file instanceof Blob)) return list
  } catch (cause) {
    failure = cause
  }
  throw toTintypeError(failure, 'Expected an iterable of photos')
}

/**
 * Makes an empty queue. After `NETWORK_ERROR`, 429 and 503 every file waits, and one of them is sent from time to time, until the
 * server is back. A page that is reloaded loses its queue.
 *
 * @param client a client, or an uploader; its own retries are not used
 * @example
 * const queue = createUploadQueue(createUploader())
 * queue.subscribe(() => render(queue.getSnapshot()))
 * queue.add(input.files ?? [], { tags: ['holiday'] })
 */
export function createUploadQueue(
  { upload, photos }: UploadQueueClient,
  {
    concurrency = 3,
    giveUpAfterMs = 600_000,
    check = typeof document !== 'undefined',
    prepare,
    skipHeld,
    digests,
    optionsFor,
  }: UploadQueueOptions = {},
): UploadQueue {
  const tasks = new Map<string, Task>()
  /** The id of the latest file of each fingerprint. */
  const twins = new Map<string, string>()
  const listeners = new Set<() => void>()
  const tally = createTally()
  const outage = createOutage({ giveUpAfterMs, onDue: sendNext })
  const width = Math.min(8, Math.max(1, concurrency) || 1)
  /** Files to send, and some that were cancelled in the meantime. */
  let line: Task[] = []
  let running = 0
  let unsettled = 0
  let lastId = 0
  let isPaused = false
  let isClosed = false
  let isPublishing = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let snapshot: UploadSnapshot | undefined

  function publish(): void {
    clearTimeout(timer)
    timer = undefined
    isPublishing = false
    for (const listener of listeners) callListener(listener, undefined)
  }
  /** A burst of changes, such as 1000 files that are added, is published once. */
  function announce(isState: boolean): void {
    snapshot = undefined
    if (!isState) timer ??= setTimeout(publish, progressMs)
    else if (!isPublishing) {
      isPublishing = true
      queueMicrotask(publish)
    }
  }
  function change(task: Task, changes: Partial<UploadItem>): void {
    const { item } = task
    const before = hasOutcome(task)
    task.item = { ...item, ...changes }
    if (tasks.get(item.id) !== task) return
    tally.count(item, -1)
    tally.count(task.item, 1)
    unsettled += Number(before) - Number(hasOutcome(task))
    if (!unsettled) outage.end()
    announce(task.item.state !== item.state)
  }
  function cancel(id?: string): void {
    for (const task of chosen(id)) if (!hasOutcome(task)) stop(task, 'cancelled')
  }
  function stop(task: Task, state: UploadItemState, twin?: UploadTwin): void {
    change(task, { state, twin })
    task.controller?.abort()
  }
  function chosen(id?: string): Task[] {
    return [...tasks.values()].filter(({ item }) => id === undefined || item.id === id)
  }

  function sendNext(): void {
    while (!isPaused && !outage.isResting && running < (outage.isOn ? 1 : width)) {
      const task = line.shift()
      if (!task) return
      if (is(task, 'queued', 'waiting')) void send(task)
    }
  }

  // now, because a browser that is offline cannot load them
  if (check || prepare || skipHeld) loadRarelyNeeded().catch(() => {})
  const finding = skipHeld
    ? import('./find-twin.ts')
        .then((loaded) => loaded.createTwinFinder(photos, digests))
        .catch(() => undefined)
    : undefined

  async function send(task: Task): Promise<void> {
    const { file, idempotencyKey, description } = task
    const filename = task.item.name || undefined
    const controller = new AbortController()
    task.controller = controller
    running++
    change(task, { state: 'preparing', error: undefined })
    let sentBytes = 0
    try {
      const { signal } = controller
      const prepareOnce: PrepareFile = async (one, context) => {
        task.ready ??= (await prepare?.(one, context)) ?? one
        const { ready } = task
        change(task, { byteSize: ready.size })
        const findTwin = task.isWanted ? undefined : await finding
        const twin = await findTwin?.(ready, { task, line, tasks })
        if (twin && !signal.aborted) stop(task, 'skipped', twin)
        return ready
      }
      const photo = await upload(file, {
        idempotencyKey,
        filename,
        check,
        prepare: prepare || skipHeld ? prepareOnce : undefined,
        ...optionsFor?.(file),
        ...description,
        signal,
        retry: { attempts: 1 },
        onProgress(progress) {
          tally.sent(progress.sentBytes - sentBytes)
          sentBytes = progress.sentBytes
          const { phase, fraction } = progress
          if (phase === 'done' || phase === 'waiting' || signal.aborted) return
          change(task, { state: phase, fraction: Math.max(fraction, task.item.fraction) })
        },
      })
      outage.end()
      task.ready = undefined
      change(task, { state: 'stored', fraction: 1, photo })
    } catch (reason) {
      if (!controller.signal.aborted) fail(task, toTintypeError(reason, 'optionsFor failed'))
    }
    running--
    // unless it was sent again already, after a pause
    if (task.controller === controller) task.controller = undefined
    sendNext()
    announce(true)
  }

  function fail(task: Task, error: TintypeError): void {
    if (!error.retryable) {
      if (error.requestId) outage.end()
      change(task, { state: 'failed', error })
    } else if (outage.fail(error)) {
      change(task, { state: 'waiting', error })
      line.unshift(task)
    } else {
      for (const one of [task, ...line]) if (!hasOutcome(one)) change(one, { state: 'failed', error })
      line = []
    }
  }

  function getSnapshot(): UploadSnapshot {
    snapshot ??= {
      items: Array.from(tasks.values(), ({ item }) => item),
      totals: tally.read(running > 0),
      status: !unsettled ? 'idle' : isPaused ? 'paused' : outage.isOn ? 'waiting' : 'running',
    }
    return snapshot
  }

  function forget(task: Task): void {
    tally.count(task.item, -1)
    tasks.delete(task.item.id)
    announce(true)
  }

  return {
    add(files, description) {
      if (isClosed) throw new TintypeError('INVALID_REQUEST', 'The upload queue is closed')
      const ids = readFiles(files).map((file) => {
        const print = fingerprint(file)
        const twin = tasks.get(twins.get(print) ?? '')
        if (twin && !is(twin, 'failed', 'cancelled')) return twin.item.id
        const id = `${++lastId}`
        const { name = '', size: byteSize } = file as Blob & { readonly name?: string }
        const item: UploadItem = { id, name, byteSize, state: 'queued', fraction: 0 }
        const task: Task = { file, description, item, idempotencyKey: randomKey() }
        if (print) twins.set(print, id)
        tasks.set(id, task)
        tally.count(item, 1)
        unsettled++
        line.push(task)
        return id
      })
      announce(true)
      sendNext()
      return ids
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot,
    pause() {
      isPaused = true
      for (const task of chosen()) if (task.controller && !hasOutcome(task)) stop(task, 'paused')
      announce(true)
    },
    resume() {
      isPaused = false
      const paused = chosen().filter((task) => is(task, 'paused'))
      for (const task of paused) change(task, { state: 'queued' })
      line.unshift(...paused)
      announce(true)
      sendNext()
    },
    cancel,
    retry(id) {
      for (const task of chosen(id)) {
        if (!is(task, 'failed') && !(id && is(task, 'cancelled', 'skipped'))) continue
        task.isWanted = is(task, 'skipped')
        change(task, { state: 'queued', fraction: 0, error: undefined, twin: undefined })
        line.push(task)
      }
      sendNext()
    },
    remove(id) {
      cancel(id)
      chosen(id).forEach(forget)
    },
    clear() {
      for (const task of chosen()) if (hasOutcome(task) && !is(task, 'failed')) forget(task)
    },
    settled: () =>
      new Promise((resolve) => {
        const check = () => {
          if (unsettled) return
          listeners.delete(check)
          resolve(getSnapshot())
        }
        listeners.add(check)
        check()
      }),
    close() {
      isClosed = true
      cancel()
    },
  }
}
