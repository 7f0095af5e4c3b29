import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What is used of rolldown's plugin context. */
interface Output {
  getModuleIds(): IterableIterator<string>
  emitFile(file: { type: 'asset'; fileName: string; source: string }): string
}

const packageDirectory = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/

/** Puts the license of every library into `licenses.txt`, because these licenses require that of every distributor. */
export function collectLicenses() {
  return {
    name: 'collect-licenses',
    generateBundle(this: Output) {
      const directories = new Set<string>()
      for (const id of this.getModuleIds()) {
        const [directory] = packageDirectory.exec(id) ?? []
        if (directory !== undefined) directories.add(directory)
      }
      const licenses = new Map([...directories].sort().map((one) => describe(one)))
      const source = [...licenses].map(([name, text]) => `# ${name}\n\n${text.trim()}\n`).join('\n\n')
      this.emitFile({ type: 'asset', fileName: 'licenses.txt', source })
    },
  }
}

/** Name and version of a package, and its license: the text, or at least its name. */
function describe(directory: string): [title: string, text: string] {
  const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  const file = readdirSync(directory).find((one) => /^licen[cs]e(\.\w+)?$/i.test(one))
  return [`${name} ${version}`, file ? readFileSync(join(directory, file), 'utf8') : `License: ${license}`]
}
