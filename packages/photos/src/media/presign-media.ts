import { createHash } from 'node:crypto'
import type { Presigning, PresignRequest } from '@tintype/storage'
import type { Media } from './find-media.ts'

const dayMs = 24 * 60 * 60 * 1000
/** The longest life that S3 engines accept. */
const lifeMs = 7 * dayMs
/** How long one URL is given out. */
const windowMs = lifeMs / 4
/** Before the credentials end, so that a client has time to send its request. */
const marginMs = 60_000

/** A URL of the engine for media. */
export interface PresignedMedia {
  /** Absolute. */
  readonly url: string
  /** How long a client may use this URL again without a new one, in whole seconds; 0 or more. */
  readonly freshSeconds: number
}

/** What a URL of the engine is for. */
export interface PresignMediaRequest
  extends Pick<PresignRequest, 'reader' | 'cacheControl' | 'contentDisposition'> {
  /** When the permission to read ends: Unix time in milliseconds, after now. Absent if it does not end. */
  readonly endsAtMs?: number | undefined
}

/**
 * Signs a URL of the engine for media. Time is divided into windows of 42 hours, which begin at another moment for each blob. In
 * one window every node signs the same URL, so caches keep what it names. It is valid for seven days from the window's start,
 * or until the permission or the credentials end.
 */
export async function presignMedia(
  { key }: Pick<Media, 'key'>,
  { endsAtMs = Number.POSITIVE_INFINITY, ...request }: PresignMediaRequest,
  { presigning, nowMs }: { readonly presigning: Presigning; readonly nowMs: number },
): Promise<PresignedMedia> {
  const signedAtMs = windowStartMs(key, nowMs)
  const signed = await presigning.sign(key, {
    ...request,
    signedAtMs,
    endsAtMs: Math.min(signedAtMs + lifeMs, endsAtMs),
  })
  const freshUntilMs = Math.min(signedAtMs + windowMs, endsAtMs, signed.endsAtMs - marginMs)
  return { url: signed.url, freshSeconds: Math.max(0, Math.floor((freshUntilMs - nowMs) / 1000)) }
}

/** Shifted by the key, so that not all URLs change at once. A whole second. */
function windowStartMs(key: string, nowMs: number): number {
  const shiftMs = (createHash('sha256').update(key).digest().readUInt32BE() * 1000) % windowMs
  return Math.floor((nowMs - shiftMs) / windowMs) * windowMs + shiftMs
}
