import { gzipSync } from 'node:zlib'
import { build } from 'vite'

/** The bundle of a page that uses one export of a module. */
export interface PageBundle {
  readonly code: string
  /** Compressed by gzip, as most servers send it. */
  readonly gzipByteSize: number
}

const entry = '\0page'

/**
 * Builds a page by Vite, minified, as it is without any setting.
 *
 * @param name `*` for all of them
 * @param external modules that the page has anyway, and that do not count
 */
export async function bundlePage(
  name: string,
  module: string,
  external: readonly RegExp[] = [],
): Promise<PageBundle> {
  const page = {
    name: 'page',
    resolveId: (id: string) => (id === entry ? id : undefined),
    load: (id: string) =>
      id === entry
        ? `import * as all from ${JSON.stringify(module)}\nglobalThis.use = all${name === '*' ? '' : `.${name}`}\n`
        : undefined,
  }
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [page],
    build: { write: false, modulePreload: false, rolldownOptions: { input: entry, external: [...external] } },
  })
  if (!('output' in built)) throw new Error('the page was built in several ways')
  const code = built.output.map((file) => ('code' in file ? file.code : '')).join('')
  return { code, gzipByteSize: gzipSync(code, { level: 9 }).length }
}
