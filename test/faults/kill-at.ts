/**
 * Loaded into the server's process before the server itself (`node --import`): kills that process, as SIGKILL
 * does, when it reaches the named step for the n-th time. The product has no code for it.
 */
import fs, { type FileHandle } from 'node:fs/promises'
import { ServerResponse } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { type KillPoint, killVariables } from './kill-steps.ts'

const wanted = process.env[killVariables.step]
let left = Number(process.env[killVariables.count] ?? 1)

function reach(step: string): void {
  if (step !== wanted) return
  left -= 1
  if (left === 0) process.kill(process.pid, 'SIGKILL')
}

/** Runs `work` between the two steps of a point. Without a point, just runs it. */
async function around<Result>(point: KillPoint | undefined, work: () => Promise<Result>): Promise<Result> {
  if (point === undefined) return work()
  reach(`${point}:before`)
  const result = await work()
  reach(`${point}:after`)
  return result
}

/** Replaces a method with `make(original)`. */
function replace<Subject, Name extends keyof Subject>(
  subject: Subject,
  name: Name,
  make: (original: Subject[Name]) => Subject[Name],
): void {
  subject[name] = make(subject[name])
}

function kindOf(path: unknown): 'original' | 'rendition' | undefined {
  if (String(path).includes('/media/originals/')) return 'original'
  return String(path).includes('/media/renditions/') ? 'rendition' : undefined
}
const isDirectoryOf = (path: unknown) => /\/media\/(original|rendition)s\/[^/]+$/.test(String(path))
const isStaged = (path: unknown) => /\/staging\/[^/]+\/[^/]+$/.test(String(path))

const opened = new WeakMap<FileHandle, string>()
const own = await fs.open(import.meta.filename)
const handles: FileHandle = Object.getPrototypeOf(own)
await own.close()

replace(fs, 'open', (open) => async (...args) => {
  const handle = await open(...args)
  opened.set(handle, String(args[0]))
  return handle
})
replace(
  handles,
  'sync',
  (sync) =>
    async function (this: FileHandle) {
      const path = opened.get(this)
      const point = isStaged(path) ? 'file-sync' : isDirectoryOf(path) ? 'directory-sync' : undefined
      return around(point, () => sync.call(this))
    },
)
replace(
  handles,
  'writev',
  (writev) =>
    async function (this: FileHandle, ...args: Parameters<typeof writev>) {
      return around(isStaged(opened.get(this)) ? 'staging-write' : undefined, () => writev.apply(this, args))
    } as typeof writev,
)
replace(
  fs,
  'mkdir',
  (mkdir) =>
    (async (...args: Parameters<typeof mkdir>) =>
      around(isDirectoryOf(args[0]) ? 'shard-mkdir' : undefined, () => mkdir(...args))) as typeof mkdir,
)
replace(fs, 'link', (link) => async (...args) => {
  const kind = kindOf(args[1])
  return around(kind && `${kind}-link`, () => link(...args))
})
replace(fs, 'unlink', (unlink) => async (path) => {
  const kind = isStaged(path) ? 'staging' : kindOf(path)
  return around(kind && `${kind}-unlink`, () => unlink(path))
})
syncBuiltinESMExports()

/** The writes of the open transaction; a kill applies to all of them. */
const written = new Set<KillPoint>()
const marks: [RegExp, KillPoint][] = [
  [/^\s*INSERT INTO photos /, 'insert-commit'],
  [/^\s*DELETE FROM photos /, 'delete-commit'],
  [/^\s*INSERT OR REPLACE INTO renditions /, 'rendition-commit'],
  [/user_version = /, 'migration-commit'],
]

function watchStatement<Result>(sql: string, work: () => Result): Result {
  for (const [pattern, point] of marks) if (pattern.test(sql)) written.add(point)
  if (sql !== 'COMMIT') return work()
  for (const point of written) reach(`${point}:before`)
  const result = work()
  for (const point of written) reach(`${point}:after`)
  written.clear()
  return result
}

for (const name of ['run', 'get'] as const)
  replace(
    StatementSync.prototype,
    name,
    (original: (...args: never[]) => unknown) =>
      function (this: StatementSync, ...args: never[]) {
        return watchStatement(this.sourceSQL, () => original.apply(this, args))
      } as never,
  )
replace(
  DatabaseSync.prototype,
  'exec',
  (exec) =>
    function (this: DatabaseSync, sql) {
      return watchStatement(sql, () => exec.call(this, sql))
    },
)

const answers: Record<number, KillPoint> = { 201: 'created-answer', 204: 'deleted-answer' }
replace(
  ServerResponse.prototype,
  'end',
  (end: (...args: never[]) => ServerResponse) =>
    function (this: ServerResponse, ...args: never[]) {
      const point = answers[this.statusCode]
      if (point === undefined) return end.apply(this, args)
      reach(`${point}:before`)
      return end.apply(this, args).once('finish', () => reach(`${point}:after`))
    } as never,
)
