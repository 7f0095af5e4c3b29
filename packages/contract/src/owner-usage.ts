/** The photos of an owner, and their limits. Only originals count. */
export interface OwnerUsage {
  readonly owner: string
  readonly photos: number
  readonly bytes: number
  /** `null` if nothing limits them. */
  readonly maxPhotos: number | null
  /** `null` if nothing limits them. */
  readonly maxBytes: number | null
}
