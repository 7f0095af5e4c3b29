/** Posts with node:http and an agent that keeps connections. Arguments: URL, then a file and its type, repeated. */
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Agent, type IncomingMessage, request as sendRequest } from 'node:http'
import { text } from 'node:stream/consumers'

const [url = '', ...cases] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true })
for (let at = 0; at < cases.length; at += 2) {
  const path = cases[at] ?? ''
  const { size } = await stat(path)
  const headers = { 'Content-Type': cases[at + 1], 'Content-Length': size }
  const request = sendRequest(url, { method: 'POST', agent, headers })
  createReadStream(path).pipe(request)
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  console.log(JSON.stringify({ status: answer.statusCode, body: await text(answer) }))
}
agent.destroy()
