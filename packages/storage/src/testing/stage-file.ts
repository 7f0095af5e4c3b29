import { openStaging } from '../staging/staging.ts'

/* A process that sweeps, stages one file, sends its path to its parent, and finishes the upload when its parent sends a message. */

const [, , directory = ''] = process.argv
const staging = await openStaging({ directory, memoryByteSize: 1, memoryBudgetByteSize: 1000 })
await staging.sweep()
const upload = staging.begin()
await upload.write(new Uint8Array(1000))
await upload.write(new Uint8Array(1000))
const { source } = await upload.finish()
process.send?.(source.path)
process.once('message', async () => {
  await source.sync()
  await upload[Symbol.asyncDispose]()
  await staging[Symbol.asyncDispose]()
  process.send?.('finished')
  process.disconnect()
})
