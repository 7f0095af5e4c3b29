import { isPhotoId, isTintypeError, type Photo, TintypeError } from '@tintype/client'
import { describeFailure } from '@tintype/client/words'
import { useEffect, useEffectEvent, useState } from 'react'
import { text } from '../strings.ts'
import { tintype } from '../tintype.ts'

interface FarPhotoOptions {
  /** The photo to load; `undefined` if none is wanted, or if the grid has it. */
  readonly id: string | undefined
  /** Called with a sentence if it cannot be loaded. */
  readonly onFailure: (sentence: string) => void
}

/** A photo that a link names and that the grid has not loaded yet. */
export interface FarPhoto {
  readonly photo: Photo | undefined
  /** Shows the one of these photos that it is instead. */
  change(...changed: readonly Photo[]): void
}

/** Loads a photo that a link names, if the grid has not loaded it. */
export function useFarPhoto({ id, onFailure }: FarPhotoOptions): FarPhoto {
  const [photo, setPhoto] = useState<Photo>()
  const fail = useEffectEvent((error: unknown) => {
    const isGone = isTintypeError(error) && error.code === 'PHOTO_NOT_FOUND'
    onFailure(isGone ? text.lightbox.gone : describeFailure(error))
  })
  useEffect(() => {
    if (id === undefined) return
    if (!isPhotoId(id)) {
      fail(new TintypeError('PHOTO_NOT_FOUND', 'The id of the address is none of a photo'))
      return
    }
    const controller = new AbortController()
    const { signal } = controller
    // together with a call that succeeds: a browser writes the answer 404 to its console, and that of a mixed batch is 207
    const calls = [tintype.photos.get.query({ id }, { signal }), tintype.system.limits.query()] as const
    Promise.all(calls).then(
      ([found]) => setPhoto(found),
      (error) => {
        if (!signal.aborted) fail(error)
      },
    )
    return () => controller.abort()
  }, [id])
  return {
    photo: photo?.id === id ? photo : undefined,
    change(...changed) {
      setPhoto((known) => changed.find((one) => one.id === known?.id) ?? known)
    },
  }
}
