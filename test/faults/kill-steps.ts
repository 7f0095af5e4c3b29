/** What the server does on the way of an upload, a rendition or a deletion, in the order in which it does it; first what it does on an empty directory only. */
export const killPoints = [
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

/** Where the server kills itself: just before it does something, or as soon as it is done. */
export type KillStep = `${KillPoint}:${'before' | 'after'}`

/** Every named step there is. */
export const killSteps: readonly KillStep[] = killPoints.flatMap(
  (point) => [`${point}:before`, `${point}:after`] as const,
)

/** Names of the variables by which a step reaches the server's process. The server itself knows nothing of them. */
export const killVariables = { step: 'FAULTS_KILL_STEP', count: 'FAULTS_KILL_COUNT' } as const
