import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { build, type Rollup } from 'vite'
import { repository } from './start-tintype.ts'

/** A text as a language could have it whose words are two fifths longer and have accents. */
export function lengthen(text: string): string {
  const accented: Record<string, string> = { a: 'å', e: 'é', i: 'î', o: 'ö', u: 'û', A: 'Å', E: 'É', U: 'Û' }
  return text.replace(/\p{Letter}{2,}/gu, (word) => {
    const more = Math.round(word.length * 0.4)
    return word.replace(/[aeiouAEU]/g, (one) => accented[one] ?? one) + 'ö'.repeat(more)
  })
}

/** The page, built with every text of its `strings.ts` lengthened. */
export async function buildLengthened(): Promise<Rollup.RollupOutput> {
  const root = join(repository, 'apps/gallery')
  // the test runner has set it to something else
  process.env.NODE_ENV = 'production'
  const output = await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    build: { write: false, minify: false },
    plugins: [
      {
        name: 'lengthen-texts',
        enforce: 'post',
        transform(code, id) {
          if (!id.endsWith('/gallery/src/strings.ts')) return undefined
          return `${code.replace('export const text', 'const text')}
            const lengthen = ${lengthen}
            const change = (value) =>
              typeof value === 'string' ? lengthen(value)
              : typeof value === 'function' ? (...all) => lengthen(value(...all))
              : Object.fromEntries(Object.entries(value).map(([name, one]) => [name, change(one)]))
            const lengthened = change(text)
            export { lengthened as text }`
        },
      },
    ],
  })
  if (!('output' in output)) throw new Error('Expected one build')
  return output
}

/** Serves another build of the page to a tab, with the headers of the server, in one of the directions of text. */
export async function serveBuild(
  page: Page,
  { output }: Rollup.RollupOutput,
  direction: 'ltr' | 'rtl',
): Promise<void> {
  const bodies = new Map(
    output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : Buffer.from(file.source)]),
  )
  const types: Record<string, string> = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' }
  await page.route(/\/static\/assets\//, async (route) => {
    const name = new URL(route.request().url()).pathname.split('/static/')[1] ?? ''
    const body = bodies.get(name)
    if (body === undefined) throw new Error(`The build has no ${name}`)
    await route.fulfill({ body, contentType: types[name.split('.').at(-1) ?? ''] ?? 'text/plain' })
  })
  await page.route(/\/(?:\?.*)?$/, async (route) => {
    const response = await route.fetch()
    const page = `${bodies.get('index.html')}`.replace('<html', `<html dir="${direction}"`)
    await route.fulfill({ response, body: page })
  })
}
