/**
 * What a hint is about. `photos`: photos that were deleted, moved or made public or private; `keys`: keys and upload tokens
 * that end; `events`: recorded events.
 */
export const changeChannels = ['photos', 'keys', 'events'] as const

/** One of `changeChannels`. */
export type ChangeChannel = (typeof changeChannels)[number]

/**
 * Is called with the ids of what changed. They are empty if the channel's hints name nothing. `undefined`: anything may have
 * changed, because hints were lost or too many. Must not throw.
 */
export type ChangeHandler = (subjects: readonly string[] | undefined) => void

/**
 * Hints about changes, for every server of a library. They make a cache or a reader fast, never right: a hint can be lost, so
 * a cache needs an age and a reader must also look by itself.
 */
export interface ChangeFeed {
  /**
   * Has `handler` called after changes, soon after their commit. Changes of this server are heard at once, before the write
   * resolves. Disposing the result ends it.
   */
  onChange(channel: ChangeChannel, handler: ChangeHandler): Disposable

  /**
   * Announces a change that was committed, to this server and to all others. The catalog does so by itself after its own
   * writes to `photos` and `keys`.
   *
   * @param subject an id of at most 64 ASCII characters; may be omitted if the channel's hints name nothing
   */
  announce(channel: ChangeChannel, subject?: string): void

  /** Whether changes of other servers are heard now. Absent if no other server can use the catalog. */
  isListening?(): boolean

  /**
   * Begins to listen. Resolves when changes of other servers are heard and the handlers were called for that, or when the first
   * try has failed or the catalog is disposed; at once if nothing can be heard. Absent as `isListening`.
   */
  untilListening?(): Promise<void>
}
