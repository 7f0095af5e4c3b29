import { createThreadRests } from './thread-rests.ts'

/** The serving thread, shared by callers. */
export interface ThreadShares {
  /**
   * Runs a task. At once if its caller has begun nothing in this turn of the event loop, or if the turn is young; otherwise in
   * one of the next turns. A caller's tasks begin in order.
   *
   * @param isOver whether a task that waits is not wanted any more; it is forgotten then
   */
  run(share: string, task: () => void, isOver?: () => boolean): void
  /** Resolves when the caller may begin work that takes some milliseconds: at once if no other caller is active. */
  turn(share: string): Promise<void>
  /** Whether no other caller is active now. Notes that this one is. */
  isAlone(share: string): boolean
}

interface Waiting {
  readonly task: () => void
  readonly isOver: () => boolean
}

/** A turn that is younger need not be divided: nothing notices it. */
const youngMs = 2
/** So many times as old may a turn become while its caller is alone: to wait costs more than most requests. */
const aloneFactor = 5

/** Tasks that one turn begins at most of those that have waited. */
const maxSteps = 64

const never = () => false

/**
 * Shares the serving thread. However much one caller sends at once, in each turn of the event loop every other one can begin a
 * task, and while others are active its tasks use a third of the thread at most. A caller that is alone loses
 * no time.
 *
 * @param options.sliceMs milliseconds of a turn in which a caller may begin several tasks; 2 if absent
 * @see docs/adr/0040-the-serving-thread-is-shared.md
 */
export function createThreadShares({ sliceMs = youngMs }: { readonly sliceMs?: number } = {}): ThreadShares {
  const rests = createThreadRests({ sliceMs })
  /** What waits, by caller. The caller whose turn comes first is first. None is empty. */
  const lines = new Map<string, Set<Waiting>>()
  /** Callers that have begun a task in this turn. */
  const begun = new Set<string>()
  let turnBeganMs: number | undefined
  let waiting = 0
  let steps = 0
  /** The task that a step has begun, until the step has ended. */
  let running: { readonly share: string; readonly beganMs: number } | undefined
  let waking: NodeJS.Timeout | undefined

  function openTurn(nowMs: number): void {
    if (turnBeganMs !== undefined) return
    turnBeganMs = nowMs
    setImmediate(endTurn)
  }

  function endTurn(): void {
    begun.clear()
    turnBeganMs = undefined
    if (steps > 0) openTurn(performance.now())
  }

  const isYoung = (nowMs: number, forMs = sliceMs) => turnBeganMs === undefined || nowMs - turnBeganMs < forMs

  /** A step for each task. Between the two callbacks Node does what the task has begun, as far as it waits for nothing. */
  function planSteps(): void {
    clearTimeout(waking)
    for (; steps < Math.min(waiting, maxSteps); steps += 1) {
      setImmediate(beginStep)
      setImmediate(endStep)
    }
  }

  function beginStep(): void {
    const nowMs = performance.now()
    const share = findNext(nowMs)
    const next = share === undefined ? undefined : take(share)
    if (share === undefined || !next) return
    begun.add(share)
    running = { share, beganMs: nowMs }
    next.task()
  }

  function endStep(): void {
    steps -= 1
    const nowMs = performance.now()
    if (running) rests.spend(running.share, nowMs - running.beganMs, nowMs)
    running = undefined
    const wakesAtMs = Math.min(...lines.keys().map((share) => rests.restsUntilMs(share, nowMs)))
    if (wakesAtMs === 0) planSteps()
    else if (waiting > 0 && steps === 0) waking = setTimeout(planSteps, wakesAtMs - nowMs)
  }

  function findNext(nowMs: number): string | undefined {
    const mayGoOn = isYoung(nowMs)
    return lines
      .keys()
      .find((share) => (mayGoOn || !begun.has(share)) && rests.restsUntilMs(share, nowMs) === 0)
  }

  /** The caller's first task that is still wanted. Moves the caller to the end. */
  function take(share: string): Waiting | undefined {
    const line = lines.get(share) ?? new Set()
    lines.delete(share)
    for (const one of line) {
      line.delete(one)
      waiting -= 1
      if (one.isOver()) continue
      if (line.size > 0) lines.set(share, line)
      return one
    }
    return undefined
  }

  function add(share: string, task: () => void, isOver: () => boolean): void {
    lines.set(share, (lines.get(share) ?? new Set()).add({ task, isOver }))
    waiting += 1
    planSteps()
  }

  function run(share: string, task: () => void, isOver = never): void {
    const nowMs = performance.now()
    openTurn(nowMs)
    rests.note(share, nowMs)
    const mayBegin =
      !begun.has(share) || isYoung(nowMs, rests.hasCompany(share, nowMs) ? sliceMs : aloneFactor * sliceMs)
    const mustWait = !mayBegin || lines.has(share) || rests.restsUntilMs(share, nowMs) > 0
    if (mustWait) {
      add(share, task, isOver)
      return
    }
    begun.add(share)
    task()
    const endedMs = performance.now()
    rests.spend(share, endedMs - nowMs, endedMs)
  }

  return {
    run,
    isAlone(share) {
      const nowMs = performance.now()
      rests.note(share, nowMs)
      return !rests.hasCompany(share, nowMs)
    },
    turn: (share) =>
      new Promise((resolve) => {
        if (rests.hasCompany(share, performance.now())) add(share, resolve, never)
        else run(share, resolve)
      }),
  }
}
