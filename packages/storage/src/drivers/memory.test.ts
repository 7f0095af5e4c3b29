import { describeBlobStore } from '../testing/index.ts'
import { openMemoryBlobStore } from './memory.ts'

describeBlobStore('the memory driver', {
  abilities: { localPath: false },
  async open() {
    const store = await openMemoryBlobStore()
    return { store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
  },
})
