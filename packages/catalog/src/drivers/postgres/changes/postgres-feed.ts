import { createHash, randomBytes } from 'node:crypto'
import { type ChangeChannel, type ChangeFeed, changeChannels } from '../../../changes/change-feed.ts'
import { createChangeHandlers } from '../../../changes/change-handlers.ts'
import type { Database } from '../database.ts'
import { createHintSender } from './hint-sender.ts'
import { type Listener, type ListenerOptions, startListener } from './listener.ts'

/** How the servers of a catalog reach each other. */
export interface PostgresFeedOptions {
  readonly database: Database
  readonly schema: string
  /** Absent if a pooler is in the way, which passes no notifications on. */
  readonly connection?: ListenerOptions['connection'] | undefined
}

/** Two `NOTIFY`s of a channel are at least so far apart, milliseconds. */
const intervalMs = 100

/** A payload has less than 8000 bytes, and an id has at most 64. */
const maxSubjects = 110

/** What one server sends to the others. */
interface Hint {
  /** The sender, which does not hear itself. */
  readonly from: string
  readonly subjects: readonly string[] | null
}

/**
 * A feed over `NOTIFY`, sent after commits. It begins to listen with its first handler, or with `untilListening`. Dispose it before
 * the database.
 */
export function createPostgresFeed({
  database,
  schema,
  connection,
}: PostgresFeedOptions): Required<ChangeFeed> & AsyncDisposable {
  const self = randomBytes(12).toString('base64url')
  const names = new Map(changeChannels.map((channel) => [channel, nameChannel(schema, channel)]))
  const channels = new Map([...names].map(([channel, name]) => [name, channel]))
  const handlers = createChangeHandlers()
  const sender = createHintSender({
    async send(name, subjects) {
      const payload = JSON.stringify({ from: self, subjects: subjects ?? null } satisfies Hint)
      const sql = 'SELECT pg_notify(:name::text, :payload::text)'
      await database.repeat((session) => session.query(sql, { name, payload }))
    },
    ...{ intervalMs, maxSubjects },
  })
  let listener: Listener | undefined

  function hear(name: string, payload: string): void {
    const channel = channels.get(name)
    const hint = readHint(payload)
    if (channel !== undefined && hint?.from !== self) handlers.call(channel, hint?.subjects ?? undefined)
  }

  function listen(): Listener | undefined {
    listener ??=
      connection &&
      startListener({
        connection,
        channels: [...names.values()],
        onBegin: () => {
          for (const one of changeChannels) handlers.call(one, undefined)
        },
        onNotification: hear,
      })
    return listener
  }

  return {
    onChange(channel, handler) {
      listen()
      return handlers.onChange(channel, handler)
    },
    announce(channel, subject) {
      handlers.call(channel, subject === undefined ? [] : [subject])
      sender.add(names.get(channel) ?? channel, subject)
    },
    isListening: () => listener?.isListening() ?? false,
    untilListening: async () => await listen()?.tried,
    async [Symbol.asyncDispose]() {
      await sender[Symbol.asyncDispose]()
      await listener?.[Symbol.asyncDispose]()
    },
  }
}

/** Channels belong to the database, which may have several catalogs. A name has at most 63 bytes. */
function nameChannel(schema: string, channel: ChangeChannel): string {
  const name = `${schema}_${channel}`
  return name.length <= 63 ? name : `tintype_${createHash('sha256').update(name).digest('hex').slice(0, 32)}`
}

/** `undefined` for the message of another program: it may mean anything. */
function readHint(payload: string): Hint | undefined {
  try {
    const { from, subjects } = JSON.parse(payload) as Record<string, unknown>
    const isList = Array.isArray(subjects) && subjects.every((one) => typeof one === 'string')
    return { from: String(from), subjects: isList ? subjects : null }
  } catch {
    return undefined
  }
}
