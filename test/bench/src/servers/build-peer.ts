import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

const sources = new URL('../peers/', import.meta.url)
const built = new URL('../../dist/peers/', import.meta.url)
let isBuilt = false

/**
 * The JavaScript of one of the files of src/peers, by name. People run peers as JavaScript, and Tintype is measured
 * as it is published: stripping types at each start would cost a peer tens of MiB and of milliseconds.
 */
export function builtPeer(name: string): string {
  if (!isBuilt) buildAll()
  isBuilt = true
  return fileURLToPath(new URL(`${name}.js`, built))
}

function buildAll(): void {
  mkdirSync(built, { recursive: true })
  for (const file of readdirSync(sources).filter((one) => one.endsWith('.ts'))) {
    const script = stripTypeScriptTypes(readFileSync(new URL(file, sources), 'utf8'))
    const relative = script.replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'")
    writeFileSync(new URL(`${basename(file, '.ts')}.js`, built), relative)
  }
}
