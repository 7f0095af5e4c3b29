import type { UploadQueue, UploadSnapshot } from '../queue/upload-queue.ts'

/** Small files with these names. */
export const named = (...names: string[]) => names.map((name) => new File([name], name))

/** States of all items, in their order. */
export const statesOf = ({ items }: UploadSnapshot) => items.map(({ state }) => state).join(' ')

/** Resolves when the snapshot is as it should be. */
export function until(
  queue: UploadQueue,
  isRight: (snapshot: UploadSnapshot) => boolean,
): Promise<UploadSnapshot> {
  return new Promise((resolve) => {
    const check = () => {
      const snapshot = queue.getSnapshot()
      if (!isRight(snapshot)) return
      unsubscribe()
      resolve(snapshot)
    }
    const unsubscribe = queue.subscribe(check)
    check()
  })
}
