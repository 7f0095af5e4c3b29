import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Makes imports that wait until they are needed ordinary ones, for a script that is one file anyway. Without it the bundler wraps
 * every module, which adds 0.6 kB.
 */
export function importAtOnce() {
  return {
    name: 'import-at-once',
    transform(code: string, id: string): string | undefined {
      const [lazy, named = ''] = /\bimport\(['"](\.\/[\w/-]+\.ts)['"]\)/.exec(code) ?? []
      if (!lazy) return undefined
      const file = named.replace('rarely-needed', 'rarely-needed-in-pages')
      const source = readFileSync(join(id, '..', file), 'utf8')
      const exported = source.matchAll(/^export (?:(?:async )?function |\{ (?:\w+ as )?)(\w+)/gm)
      const names = Array.from(exported, ([, name]) => name)
      // under other names, because the code that waits may have variables of these names
      const imported = names.map((name) => `${name} as now_${name}`).join(', ')
      const resolved = names.map((name) => `${name}: now_${name}`).join(', ')
      return `import { ${imported} } from '${file}'\n${code.replace(lazy, `Promise.resolve({ ${resolved} })`)}`
    },
  }
}
