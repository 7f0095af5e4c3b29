import { type Answer, type Connection, openConnection, requestHead } from '../support/raw-http.ts'
import type { FuzzCase } from './fuzz-case.ts'

/** The answers in order, without informational ones. None if the connection was closed without an answer. */
export type Outcome = readonly Answer[]

/**
 * Sends cases one after the other, over one connection as long as the server keeps it. Disposing it closes the connection.
 */
export interface Lane extends Disposable {
  send(fuzzCase: FuzzCase): Promise<Outcome>
  get(path: string): Promise<Answer>
}

/** @param url of the server */
export function openLane(url: string): Lane {
  let kept: Connection | undefined

  /** Uses the open connection if there is one. The server may close it at that moment, so tries once more over a new one. */
  async function exchange(write: (connection: Connection) => Promise<void>): Promise<Answer> {
    const known = kept
    kept ??= await openConnection(url)
    const connection = kept
    try {
      const [answer] = await Promise.all([finalAnswer(connection), write(connection)])
      if (/close/i.test(answer.headers.get('connection') ?? '')) drop()
      return answer
    } catch (error) {
      drop()
      if (known === undefined) throw error
      return exchange(write)
    }
  }

  function drop(): void {
    kept?.[Symbol.dispose]()
    kept = undefined
  }

  return {
    async send(fuzzCase) {
      if (fuzzCase.isFramedHonestly) return [await exchange((connection) => writeCut(connection, fuzzCase))]
      using connection = await openConnection(url)
      const answers = allAnswers(connection)
      await writeCut(connection, fuzzCase)
      connection.end()
      return await answers
    },
    get: (path) => exchange((connection) => connection.write(requestHead(`GET ${path}`))),
    [Symbol.dispose]: drop,
  }
}

async function writeCut(connection: Connection, { request, cuts }: FuzzCase): Promise<void> {
  const edges = [0, ...cuts, request.length]
  for (let at = 1; at < edges.length; at += 1)
    await connection.write(request.subarray(edges[at - 1], edges[at]))
}

async function finalAnswer(connection: Connection): Promise<Answer> {
  for (;;) {
    const answer = await connection.answer()
    if (answer.status >= 200) return answer
  }
}

async function allAnswers(connection: Connection): Promise<Answer[]> {
  const answers: Answer[] = []
  try {
    for (;;) answers.push(await finalAnswer(connection))
  } catch {
    // the connection was closed
    return answers
  }
}
