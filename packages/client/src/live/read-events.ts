/** An event of a stream. */
export interface ServerEvent {
  /** Empty for a message. */
  readonly event: string
  readonly data: string
  readonly id: string | undefined
}

/**
 * Reads a stream of server-sent events to its end.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  { onBytes, onEvent }: { readonly onBytes: () => void; readonly onEvent: (event: ServerEvent) => void },
): Promise<void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let fields: Record<string, string> = {}
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    onBytes()
    const lines = (rest + decoder.decode(value, { stream: true })).split(/\r?\n/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const [, name = '', text = ''] = /^([^:]+): ?(.*)$/.exec(line) ?? []
      if (name) fields[name] = text
      if (line || !Object.keys(fields).length) continue
      const { event = '', data = '', id } = fields
      fields = {}
      onEvent({ event, data, id })
    }
  }
}
