import { isPhotoId } from '@tintype/client'

/** What a person looks at: a photo, and the distance of its row from the top of the window in CSS pixels. */
export interface Place {
  readonly id: string
  readonly offset: number
}

/** The place that this entry of the history keeps, for example of the page before it was reloaded. */
export function readPlace(): Place | undefined {
  const { id, offset }: Partial<Record<'id' | 'offset', unknown>> = history.state ?? {}
  return isPhotoId(id) && Number.isFinite(offset) ? { id, offset: Number(offset) } : undefined
}

/** Keeps a place in this entry of the history; `undefined` is the top of the page. */
export function writePlace(place: Place | undefined): void {
  const { id, offset, ...rest } = history.state ?? {}
  if (id === place?.id && offset === place?.offset) return
  history.replaceState({ ...rest, ...place }, '')
}
