import { type Photo, type SystemLimits, TintypeError } from '@tintype/client'
import { useState } from 'react'
import { explainFailure } from '../explain-failure.ts'
import { tintype } from '../tintype.ts'

/** One running upload, or a refused file. */
export interface Upload {
  readonly id: string
  readonly name: string
  readonly byteSize: number
  /** From 0 to 1. */
  readonly fraction: number
  /** Why it failed; `undefined` while it is running. */
  readonly failure?: string
  readonly cancel: () => void
}

interface UploadsOptions {
  readonly limits: SystemLimits | undefined
  readonly announce: (text: string) => void
  readonly onPhoto: (photo: Photo) => void
}

/** The uploads of this page. One that succeeds leaves the list and becomes a photo. */
export function useUploads({ limits, announce, onPhoto }: UploadsOptions) {
  const [list, setList] = useState<readonly Upload[]>([])
  const change = (id: string, changes: Partial<Upload>) =>
    setList((all) => all.map((one) => (one.id === id ? { ...one, ...changes } : one)))
  const dismiss = (id: string) => setList((all) => all.filter((one) => one.id !== id))

  function fail(upload: Upload, error: TintypeError): void {
    const failure = explainFailure(error)
    if (error.code === 'ABORTED') dismiss(upload.id)
    else change(upload.id, { failure })
    announce(`${upload.name}: ${failure}`)
  }

  async function add(files: readonly File[]): Promise<void> {
    const items = files.map((file) => ({ file, controller: new AbortController(), upload: newUpload(file) }))
    const withCancel = items.map(({ controller, upload }) => ({
      ...upload,
      cancel: () => controller.abort(),
    }))
    setList((all) => [...all, ...withCancel])
    const sendable = items.filter(({ file, upload }) => {
      // refused here, because a browser cannot read the server's refusal while it is still sending
      const refusal = refuse(file, limits)
      if (refusal) fail(upload, refusal)
      return !refusal
    })
    await tintype.uploadAll(
      sendable.map(({ file }) => file),
      {
        optionsFor: (_, index) => ({ signal: sendable[index]?.controller.signal }),
        onProgress: ({ index, fraction }) => {
          const item = sendable[index]
          if (item) change(item.upload.id, { fraction })
        },
        onOutcome: ({ index, outcome }) => {
          const item = sendable[index]
          if (!item) return
          if (outcome.status === 'rejected') return fail(item.upload, outcome.error)
          dismiss(item.upload.id)
          onPhoto(outcome.photo)
          announce(`${item.upload.name}: uploaded`)
        },
      },
    )
  }
  return { list, add, dismiss }
}

let lastId = 0

function newUpload({ name, size }: File): Upload {
  return { id: `upload-${++lastId}`, name, byteSize: size, fraction: 0, cancel: () => {} }
}

function refuse({ size }: File, limits: SystemLimits | undefined): TintypeError | undefined {
  if (!limits || size <= limits.maxUploadByteSize) return undefined
  const facts = { limit: limits.maxUploadByteSize, received: size }
  return new TintypeError('PAYLOAD_TOO_LARGE', 'The file is larger than the server accepts', { facts })
}
