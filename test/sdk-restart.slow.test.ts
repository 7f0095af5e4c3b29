import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTintypeClient, type TintypeClient } from '@tintype/client'
import { createUploadQueue } from '@tintype/client/queue'
import { makeImage } from '@tintype/imaging/testing'
import { expect, test } from 'vitest'
import { startTintype } from './support/start-tintype.ts'

/** Uploads files, and calls `onStored` with each one's number of stored files. @returns how many were stored in the end */
type Upload = (
  client: TintypeClient,
  files: readonly File[],
  onStored: (count: number) => void,
) => Promise<number>

const byQueue: Upload = async (client, files, onStored) => {
  const queue = createUploadQueue(client)
  queue.subscribe(() => onStored(queue.getSnapshot().totals.stored))
  queue.add(files)
  const { totals } = await queue.settled()
  queue.close()
  return totals.stored
}

const byUploadAll: Upload = async (client, files, onStored) => {
  const outcomes = await client.uploadAll(files, {
    onProgress: ({ overall }) => onStored(overall.settledCount),
  })
  return outcomes.filter(({ status }) => status === 'fulfilled').length
}

test.each([
  ['the queue', byQueue],
  ['uploadAll', byUploadAll],
])(
  '%s stores twelve photos once, though the server is killed at a third and started again',
  async (_, upload) => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-restart-'))
    const dataDirectory = directory.path
    const killed = await startTintype({ dataDirectory })
    const images = Array.from({ length: 12 }, (_, at) =>
      makeImage({ width: 60 + at, height: 40, format: 'png' }),
    )
    const files = (await Promise.all(images)).map(
      (image, at) => new File([new Uint8Array(image)], `${at}.png`),
    )
    let restarted: ReturnType<typeof startTintype> | undefined
    const restart = async () => {
      await killed.stop('SIGKILL')
      return startTintype({ dataDirectory, env: { TINTYPE_PORT: new URL(killed.url).port } })
    }
    const count = await upload(createTintypeClient({ url: killed.url }), files, (stored) => {
      if (stored >= 4) restarted ??= restart()
    })
    await using tintype = await restarted
    expect(count).toBe(12)
    const { result } = await (await fetch(`${tintype?.url}/trpc/photos.list`)).json()
    const names = result.data.photos.map(({ filename }: { filename: string }) => filename)
    expect(names.toSorted()).toEqual(files.map((file) => file.name).toSorted())
  },
)
