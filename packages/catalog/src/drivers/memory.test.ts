import {
  describeAccessCatalog,
  describeChangeFeed,
  describeLeases,
  describePhotoCatalog,
} from '../testing/index.ts'
import { openMemoryCatalog } from './memory.ts'

const fixture = {
  async open() {
    const catalog = await openMemoryCatalog()
    return { catalog, [Symbol.asyncDispose]: () => catalog[Symbol.asyncDispose]() }
  },
}
describePhotoCatalog('memory', fixture)
describeAccessCatalog('memory', fixture)
describeChangeFeed('memory', fixture)
describeLeases('memory', fixture)
