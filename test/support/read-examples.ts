import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { repository } from './start-node.ts'

/** A block of code of a document. */
export interface Example {
  /** What its first line names as a comment, such as `app/page.tsx`; else `example-0.ts`, counted. */
  readonly name: string
  readonly code: string
}

/**
 * The blocks of a document that are in one of these languages.
 *
 * @param document below `docs/`
 */
export async function readExamples(document: string, languages = 'tsx?'): Promise<readonly Example[]> {
  const text = await readFile(join(repository, 'docs', document), 'utf8')
  const blocks = [...text.matchAll(new RegExp(`^\`\`\`(${languages})\\n([\\s\\S]*?)^\`\`\``, 'gm'))]
  if (blocks.length === 0) throw new Error(`docs/${document} has no block in ${languages}`)
  return blocks.map(([, extension, code = ''], index) => ({
    name: /^\/\/ (\S+\.tsx?)\n/.exec(code)?.[1] ?? `example-${index}.${extension}`,
    code,
  }))
}
