/**
 * Makes imports that wait until they are needed ordinary ones, for a script that is one file anyway. Without it the bundler wraps
 * every module, which adds 0.5 kB.
 */
export function importAtOnce() {
  return {
    name: 'import-at-once',
    transform(code: string): string | undefined {
      const found = /\bimport\((['"]\.\/[\w-]+\.ts['"])\)/.exec(code)
      if (!found) return undefined
      return `import * as needed from ${found[1]}\n${code.replace(found[0], 'Promise.resolve(needed)')}`
    },
  }
}
