/** The steps of an upload, a rendition or a deletion, in order; first those that happen only on an empty directory. */
const killPoints = [
  'migration-commit',
  'shard-mkdir',
  'staging-write',
  'file-sync',
  'original-link',
  'rendition-link',
  'staging-unlink',
  'directory-sync',
  'insert-commit',
  'created-answer',
  'rendition-commit',
  'delete-commit',
  'original-unlink',
  'rendition-unlink',
  'deleted-answer',
] as const

/** Something that the server does. */
export type KillPoint = (typeof killPoints)[number]

/** The point at which the server kills itself: just before a step, or right after it. */
export type KillStep = `${KillPoint}:${'before' | 'after'}`

/** All named steps. */
export const killSteps: readonly KillStep[] = killPoints.flatMap(
  (point) => [`${point}:before`, `${point}:after`] as const,
)

/** Names of the variables that pass a step to the server's process. The server itself does not know them. */
export const killVariables = { step: 'FAULTS_KILL_STEP', count: 'FAULTS_KILL_COUNT' } as const
