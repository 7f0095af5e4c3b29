import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Plugin } from 'vite'
import { iconNames } from './src/icon-names.ts'

const { resolve } = createRequire(import.meta.url)

/** Writes the icons into the page, once each, so that no request and no script is needed for them. */
export function iconSprite(): Plugin {
  return {
    name: 'icon-sprite',
    transformIndexHtml: (html) =>
      html.replace('<!-- icons -->', `<div hidden><svg>${iconNames.map(symbol).join('')}</svg></div>`),
  }
}

function symbol(name: string): string {
  const svg = readFileSync(resolve(`lucide-static/icons/${name}.svg`), 'utf8')
  const shapes = /<svg[^>]*>(.*)<\/svg>/s.exec(svg)?.[1]?.replace(/\s*\n\s*/g, '') ?? ''
  return `<symbol id="icon-${name}" viewBox="0 0 24 24">${shapes}</symbol>`
}
