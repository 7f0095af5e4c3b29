/** Posts with fetch. Arguments: URL, then a file and its type, repeated. */
import { openAsBlob } from 'node:fs'

const [url = '', ...cases] = process.argv.slice(2)
for (let at = 0; at < cases.length; at += 2) {
  const body = await openAsBlob(cases[at] ?? '')
  const answer = await fetch(url, { method: 'POST', body, headers: { 'Content-Type': cases[at + 1] ?? '' } })
  console.log(JSON.stringify({ status: answer.status, body: await answer.text() }))
}
