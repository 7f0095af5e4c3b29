import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

/** Content of the bundle's hashed file. */
export const script = Buffer.from('console.log("tintype")\n'.repeat(50))
/** Content of the bundle's `index.html`. */
export const page = Buffer.from('<!doctype html><title>Tintype</title>')

/** Every file by its path: a bundle, with secrets in it and beside it. */
export const bundleFiles: Readonly<Record<string, Buffer>> = {
  'bundle/index.html': page,
  'bundle/index.html.br': brotliCompressSync(page),
  'bundle/assets/index-BxYz12_a.js': script,
  'bundle/assets/index-BxYz12_a.js.br': brotliCompressSync(script),
  'bundle/assets/index-BxYz12_a.js.zst': Buffer.from('zst'),
  'bundle/assets/index-BxYz12_a.js.gz': gzipSync(script),
  'bundle/plain.css': Buffer.from('a{}'),
  'bundle/data.unknown': Buffer.from('?'),
  'bundle/data.unknown.gz': gzipSync('?'),
  'bundle/empty.txt': Buffer.alloc(0),
  'bundle/my photo.txt': Buffer.from('space'),
  'bundle/.env': Buffer.from('secret'),
  'bundle/.git/config': Buffer.from('secret'),
  'bundle-private/secret.txt': Buffer.from('secret'),
  'secret.txt': Buffer.from('secret'),
}

/** Writes the files into a temporary directory, which is removed when it is disposed. */
export async function writeBundle() {
  const root = await mkdtemp(join(tmpdir(), 'tintype-static-'))
  for (const [path, bytes] of Object.entries(bundleFiles)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), bytes)
  }
  return {
    root,
    directory: join(root, 'bundle'),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
}
