import { describePhotoCatalog } from '../testing/index.ts'
import { openMemoryCatalog } from './memory.ts'

describePhotoCatalog('memory', {
  async open() {
    const catalog = await openMemoryCatalog()
    return { catalog, [Symbol.asyncDispose]: () => catalog[Symbol.asyncDispose]() }
  },
})
