import { gzipSync } from 'node:zlib'
import { build } from 'vite'

/** The bundle of a page that uses one export of a module. */
export interface PageBundle {
  /** What the page loads at once. */
  readonly code: string
  /** Of `code`, compressed by gzip, as most servers send it. */
  readonly gzipByteSize: number
  /** Of each file that the page loads only when it is needed, by its name without a hash. */
  readonly lazyGzipByteSizes: Readonly<Record<string, number>>
}

/** How a page is bundled. */
export interface PageBundleOptions {
  /**
   * Whether what the page loads only when it is needed is part of `code`, so that it is one script.
   *
   * @default false
   */
  readonly isWhole?: boolean
  /**
   * Modules that the page has anyway, and that do not count.
   *
   * @default none
   */
  readonly external?: readonly RegExp[]
}

const entry = '\0page'
/** Vite's own code for files that are loaded when they are needed. It is no part of the module, and a page has it once. */
const preloadHelper = '\0vite/preload-helper.js'
const gzipped = (code: string) => gzipSync(code, { level: 9 }).length

/**
 * Builds a page by Vite, minified, as it is without any setting.
 *
 * @param name `*` for all of them
 */
export async function bundlePage(
  name: string,
  module: string,
  { isWhole = false, external = [] }: PageBundleOptions = {},
): Promise<PageBundle> {
  const page = {
    name: 'page',
    enforce: 'pre' as const,
    resolveId: (id: string) => (id === entry ? id : undefined),
    load(id: string) {
      if (id === preloadHelper) return 'export const __vitePreload = (load) => load()\n'
      return id === entry
        ? `import * as all from ${JSON.stringify(module)}\nglobalThis.use = all${name === '*' ? '' : `.${name}`}\n`
        : undefined
    },
  }
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [page],
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: {
        input: entry,
        external: [...external],
        output: isWhole ? { codeSplitting: false } : {},
      },
    },
  })
  if (!('output' in built)) throw new Error('the page was built in several ways')
  const chunks = built.output.filter((file) => file.type === 'chunk')
  const first = chunks.find((chunk) => chunk.isEntry)
  const isNeeded = (fileName: string) => first?.fileName === fileName || first?.imports.includes(fileName)
  const lazy = chunks.filter((chunk) => !isNeeded(chunk.fileName))
  const code = chunks
    .filter((chunk) => isNeeded(chunk.fileName))
    .map((chunk) => chunk.code)
    .join('')
  return {
    code,
    gzipByteSize: gzipped(code),
    lazyGzipByteSizes: Object.fromEntries(lazy.map((chunk) => [chunk.name, gzipped(chunk.code)])),
  }
}
