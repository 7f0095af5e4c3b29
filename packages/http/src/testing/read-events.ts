/** One event of a `text/event-stream`: its fields by name. */
export type StreamEvent = Readonly<Record<string, string>>

/** The events of a response, as they arrive. Comments and pings are left out. */
export async function* readEvents(response: Response): AsyncGenerator<StreamEvent, undefined> {
  let rest = ''
  for await (const piece of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + piece).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const lines = block.split('\n').filter((line) => line !== '' && !line.startsWith(':'))
      const event = Object.fromEntries(lines.map((line) => line.split(/: ?(.*)/s).slice(0, 2)))
      if (Object.keys(event).length > 0 && event.event !== 'ping') yield event
    }
  }
  return undefined
}
