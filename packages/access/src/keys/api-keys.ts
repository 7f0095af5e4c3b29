import { randomBytes } from 'node:crypto'
import type { AccessReader, ApiKeyRecord } from '@tintype/catalog'
import {
  scopes as allScopes,
  type Caller,
  type Right,
  rightsOfScopes,
  serverWideRights,
} from '@tintype/contract'
import { createBoundedMap } from '../limits/bounded-map.ts'
import { refuseCredential } from '../refuse-credential.ts'
import { digestByteSize, equalDigests } from '../signing/digests.ts'
import { hashApiKey, idIn, parseApiKey } from './api-key.ts'

/** The part of the catalog that the verifier reads. */
export type ApiKeyReader = Pick<AccessReader, 'findKey'>

/** What the verifier works with. */
export interface ApiKeysOptions {
  readonly reader: ApiKeyReader
  /** SHA-256 of the operator's key, which has every right and the id `env`. */
  readonly adminKeyHash?: Uint8Array | undefined
  /** Notes that a key was used: once a minute at most. Writes in the background, and does not throw. */
  readonly noteUse?: ((id: string, atMs: number) => void) | undefined
  /** Unix time, milliseconds. */
  readonly now: () => number
}

/** Verifies API keys. */
export interface ApiKeys {
  /** The caller that a key belongs to. @throws UNAUTHENTICATED, and what the reader throws */
  verify(key: string): Promise<Caller>
  /**
   * The caller of the operator's key, or of a key that was verified within the last second, at once. `undefined` for any other
   * text.
   */
  findVerified(key: string): Caller | undefined
  /** The caller of a key that is still valid, by the caller's id. @throws what the reader throws */
  findCaller(callerId: string): Promise<Caller | undefined>
  /** Reads the keys with these ids again before they are used; every key if `undefined`. */
  forget(ids: readonly string[] | undefined): void
}

/** How long a key that was read may be used without reading it again: a revoked key ends within this (threat B222). */
const cachedMs = 1000
const maxCached = 10_000
const usesNotedEveryMs = 60_000

interface ReadKey {
  readonly record: ApiKeyRecord
  /** The record's, as bytes. */
  readonly hash: Buffer
  readonly readAtMs: number
  /** Of the cache when the key was read. */
  readonly generation: number
}

interface CachedKey extends ReadKey {
  readonly caller: Caller
}

/** Verifies API keys by their hash, against the operator's key and the keys that are kept. */
export function createApiKeys({ reader, adminKeyHash, noteUse, now }: ApiKeysOptions): ApiKeys {
  const cached = createBoundedMap<string, CachedKey>(maxCached)
  /** Grows when keys are forgotten: what was read before may not be true any more. */
  let generation = 0
  const notedAtMs = createBoundedMap<string, number>(maxCached)
  const noKey = randomBytes(digestByteSize)
  const all = { scopes: ['admin'], owner: null, limits: {}, expiresAt: null }
  const admin = createKeyCaller({ id: 'env', countedAs: 'env', ...all })

  function findRecent(id: string | undefined): CachedKey | undefined {
    const known = id === undefined ? undefined : cached.get(id)
    return known !== undefined && isWithin(now() - known.readAtMs, cachedMs) ? known : undefined
  }

  async function read(id: string): Promise<ReadKey | undefined> {
    const begun = { readAtMs: now(), generation }
    const record = await reader.findKey(id)
    return record && { record, hash: Buffer.from(record.hash, 'hex'), ...begun }
  }

  /** Only for a key that is valid: made for a wrong one, the caller would show in the time that the id is a key's (threat B223). */
  function callerOf(found: ReadKey | CachedKey): Caller {
    if ('caller' in found) return found.caller
    const caller = createKeyCaller(found.record)
    if (found.generation === generation) cached.set(found.record.id, { ...found, caller })
    return caller
  }

  /** Compares also if there is no key, so that the time does not show whether there is one (threat B223). */
  function isKeyOf<Found extends ReadKey>(found: Found | undefined, hash: Uint8Array): found is Found {
    return equalDigests(hash, found?.hash ?? noKey) && found !== undefined
  }

  function note(record: ApiKeyRecord): void {
    const atMs = now()
    const isRecent = (ms: number | undefined) => ms !== undefined && isWithin(atMs - ms, usesNotedEveryMs)
    if (isRecent(notedAtMs.get(record.id)) || isRecent(msOf(record.lastUsedAt))) return
    notedAtMs.set(record.id, atMs)
    noteUse?.(record.id, atMs)
  }

  return {
    async verify(key) {
      const hash = hashApiKey(key)
      if (equalDigests(hash, adminKeyHash ?? noKey) && adminKeyHash !== undefined) return admin
      const id = parseApiKey(key)?.id
      if (id === undefined) throw refuseCredential('invalid')
      const recent = findRecent(id)
      // A wrong key with the id of one in use is read like an unknown one: answered sooner, it would show the use (threat B223).
      const found = isKeyOf(recent, hash) ? recent : await read(id)
      if (!isKeyOf(found, hash) || isRevoked(found.record, now())) throw refuseCredential('invalid')
      if (isExpired(found.record, now())) throw refuseCredential('expired')
      note(found.record)
      return callerOf(found)
    },
    findVerified(key) {
      const hash = hashApiKey(key)
      if (equalDigests(hash, adminKeyHash ?? noKey) && adminKeyHash !== undefined) return admin
      const recent = findRecent(idIn(key)) // its hash shows whether the check digits are right
      if (!isKeyOf(recent, hash)) return undefined
      const { record, caller } = recent
      if (isRevoked(record, now()) || isExpired(record, now())) return undefined
      note(record)
      return caller
    },
    async findCaller(callerId) {
      if (callerId === admin.id) return adminKeyHash && admin
      const id = /^key:(.+)$/.exec(callerId)?.[1]
      const found = id === undefined ? undefined : (findRecent(id) ?? (await read(id)))
      if (found === undefined) return undefined
      if (isRevoked(found.record, now()) || isExpired(found.record, now())) return undefined
      return callerOf(found)
    },
    forget(ids) {
      generation += 1
      if (ids === undefined) cached.clear()
      else for (const id of ids) cached.delete(id)
    },
  }
}

/** A clock that was set back must not make anything last longer. */
const isWithin = (elapsedMs: number, limitMs: number) => elapsedMs >= 0 && elapsedMs < limitMs

const msOf = (time: string | null) => (time === null ? undefined : Date.parse(time))
const isRevoked = ({ revokedAt }: ApiKeyRecord, nowMs: number) => hasPassed(revokedAt, nowMs)
const isExpired = ({ expiresAt }: ApiKeyRecord, nowMs: number) => hasPassed(expiresAt, nowMs)

/** A time that cannot be read has passed: a damaged row must not open anything. */
function hasPassed(time: string | null, nowMs: number): boolean {
  return time !== null && !(Date.parse(time) > nowMs)
}

function createKeyCaller(
  record: Pick<ApiKeyRecord, 'id' | 'scopes' | 'owner' | 'limits' | 'expiresAt' | 'countedAs'>,
): Caller {
  const { id, owner, limits, expiresAt, countedAs } = record
  const scopes = allScopes.filter((scope) => record.scopes.includes(scope))
  const rights = new Set<Right>(rightsOfScopes(scopes))
  if (scopes.includes('manage')) rights.add('photos:import') // only keys may import
  if (owner !== null) for (const right of serverWideRights) rights.delete(right)
  return {
    kind: 'key',
    id: callerIdOf(id),
    countedAs: callerIdOf(countedAs),
    scope: { owner: owner ?? undefined, includesPrivate: true },
    expiresAtMs: msOf(expiresAt),
    limits,
    may: (right) => rights.has(right),
  }
}

const callerIdOf = (keyId: string) => (keyId === 'env' ? keyId : `key:${keyId}`)

/**
 * When a key ends that is rotated now: after the overlap, in which it and its successor are both valid, or at its own end
 * if that is earlier. ISO 8601, UTC.
 */
export function endAfterOverlap(
  { expiresAt }: Pick<ApiKeyRecord, 'expiresAt'>,
  { overlapSeconds, nowMs }: { readonly overlapSeconds: number; readonly nowMs: number },
): string {
  const endMs = Math.min(msOf(expiresAt) ?? Number.POSITIVE_INFINITY, nowMs + overlapSeconds * 1000)
  return new Date(endMs).toISOString()
}
