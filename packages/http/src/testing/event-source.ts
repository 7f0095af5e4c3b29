import { readEvents } from './read-events.ts'

/** As much of a browser's `EventSource` as tRPC's subscription link uses. Node has none of its own. */
export class EventSource extends EventTarget {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSED = 2
  readonly CONNECTING = 0
  readonly OPEN = 1
  readonly CLOSED = 2
  readyState = 0
  readonly url: string
  readonly #controller = new AbortController()

  constructor(url: string) {
    super()
    this.url = url
    void this.#read().catch(() => this.dispatchEvent(new Event('error')))
  }

  close(): void {
    this.readyState = 2
    this.#controller.abort()
  }

  async #read(): Promise<void> {
    const headers = { accept: 'text/event-stream' }
    const response = await fetch(this.url, { headers, signal: this.#controller.signal })
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
    for await (const { event = 'message', data = '', id = '' } of readEvents(response))
      this.dispatchEvent(new MessageEvent(event, { data, lastEventId: id }))
  }
}
