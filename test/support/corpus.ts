import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from './start-tintype.ts'

/** Directory of the corpus of test images, beside the project; `undefined` if it is not there. */
export const corpusDirectory: string | undefined = [
  process.env.TINTYPE_TEST_CORPUS ?? join(repository, '../shared/corpus'),
].find((directory) => existsSync(join(directory, 'MANIFEST.tsv')))

/** One file of the corpus, by the columns of its manifest. */
export interface CorpusFile {
  /** Path inside the corpus. */
  readonly file: string
  /** Pixels as stored; `-` if there are none. */
  readonly width: string
  readonly height: string
  readonly format: string
  readonly orientation: string
  readonly notes: string
  /** The expected answer to its upload, such as `201 or 422` or `400 NOT_AN_IMAGE`. */
  readonly expect: string
}

/** One multipart body of the corpus. */
export interface CorpusBody {
  readonly body_file: string
  readonly content_type: string
  readonly expected_status: string
  readonly expected_code: string
}

/** Every file that the manifest lists. */
export const readManifest = () => readTable<CorpusFile>('MANIFEST.tsv')

/** Every multipart body that has an expected answer. */
export const readBodies = () => readTable<CorpusBody>('hostile/multipart/index.tsv')

/** The bytes of a file of the corpus. */
export function readCorpusFile(file: string): Buffer {
  return readFileSync(join(corpusDirectory ?? '', file))
}

function readTable<Row>(file: string): Row[] {
  if (corpusDirectory === undefined) return []
  const [head = '', ...lines] = readCorpusFile(file).toString().trimEnd().split('\n')
  const columns = head.split('\t')
  return lines.map((line) => {
    const cells = line.split('\t')
    return Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? ''])) as Row
  })
}
