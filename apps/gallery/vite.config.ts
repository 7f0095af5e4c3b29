import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { iconSprite } from './icon-sprite.ts'

const codings: Record<string, (bytes: Buffer) => Buffer> = {
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
  gz: (bytes) => gzipSync(bytes, { level: 9 }),
}

/** Writes compressed variants beside each file, for clients that accept them, if they are smaller. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    async writeBundle({ dir = 'dist' }, bundle) {
      for (const file of Object.values(bundle)) {
        if (!/\.(?:js|css|html|svg)$/.test(file.fileName)) continue
        const bytes = Buffer.from(file.type === 'chunk' ? file.code : file.source)
        for (const [extension, compress] of Object.entries(codings)) {
          const compressed = compress(bytes)
          if (compressed.length < bytes.length) {
            await writeFile(join(dir, `${file.fileName}.${extension}`), compressed)
          }
        }
      }
    },
  }
}

export default defineConfig({
  // relative, because a server may be below any path: the page is at its root, everything else below static/
  base: './',
  experimental: {
    renderBuiltUrl: (file, { hostType }) => (hostType === 'html' ? `static/${file}` : undefined),
  },
  // Preact has the interface of React at a quarter of its size
  resolve: {
    alias: [
      { find: 'react-dom/client', replacement: 'preact/compat/client' },
      { find: 'react/jsx-runtime', replacement: 'preact/jsx-runtime' },
      { find: /^react(?:-dom)?$/, replacement: 'preact/compat' },
    ],
  },
  plugins: [react(), iconSprite(), precompress()],
  build: {
    // the first that know light-dark(), which must not be replaced: the viewer is dark on a light page
    target: ['chrome123', 'firefox125', 'safari17.5'],
    // the page's content policy allows neither inline scripts nor inline assets
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
