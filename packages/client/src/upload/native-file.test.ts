import { afterEach, expect, test, vi } from 'vitest'
import { accept, openScriptedServer, photoAt } from '../testing/scripted-server.ts'
import { createUploader } from './create-uploader.ts'

/** The parts of a form as React Native's `FormData` keeps them, which reads the files when XMLHttpRequest sends them. */
class NativeFormData {
  readonly parts: unknown[] = []
  append(name: string, part: unknown): void {
    this.parts.push([name, part])
  }
}

/** As much of React Native's XMLHttpRequest as an upload needs: it sends the form to the server, and has no `Blob` to count. */
class NativeRequest {
  static readonly sent: { readonly headers: Record<string, string>; readonly parts: unknown }[] = []
  readonly upload: Record<string, (event: { loaded: number }) => void> = {}
  readonly headers: Record<string, string> = {}
  onloadend: (event: object) => void = () => {}
  url = ''
  status = 0
  responseText = ''
  get responseURL() {
    return this.url
  }
  open(_: string, url: string): void {
    this.url = url
  }
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value
  }
  getResponseHeader(): null {
    return null
  }
  async send({ parts }: NativeFormData): Promise<void> {
    NativeRequest.sent.push({ headers: this.headers, parts })
    this.upload.onprogress?.({ loaded: 700 })
    this.upload.onload?.({ loaded: 1400 })
    const response = await fetch(this.url, { method: 'POST', body: 'a form' })
    this.status = response.status
    this.responseText = await response.text()
    this.onloadend({})
  }
}

afterEach(() => vi.unstubAllGlobals())

test('a file of React Native is refused without XMLHttpRequest, which alone can read it', async () => {
  const { upload } = createUploader({ url: 'http://nowhere.invalid', fetch })
  await expect(upload({ uri: 'file:///cat.jpg' })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringContaining('XMLHttpRequest'),
  })
})

test('an upload that its own listener cancels is not sent by XMLHttpRequest', async () => {
  vi.stubGlobal('XMLHttpRequest', NativeRequest)
  const { upload } = createUploader({ url: 'http://nowhere.invalid' })
  const { length } = NativeRequest.sent
  for (const cancelled of ['preparing', 'sending']) {
    const controller = new AbortController()
    const onProgress = ({ phase }: { phase: string }) => {
      if (phase === cancelled) controller.abort()
    }
    const { signal } = controller
    await expect(upload(new Blob(['a']), { signal, onProgress })).rejects.toMatchObject({ code: 'ABORTED' })
  }
  expect(NativeRequest.sent).toHaveLength(length)
})

test('a file of React Native is sent as a form by XMLHttpRequest, with its name and type', async () => {
  await using server = await openScriptedServer(accept)
  vi.stubGlobal('XMLHttpRequest', NativeRequest)
  vi.stubGlobal('FormData', NativeFormData)
  const { upload, uploadAll } = createUploader(server)
  const phases: string[] = []
  const picked = { uri: 'file:///cache/IMG_1.HEIC', name: 'cat.jpg', type: 'image/jpeg' }
  const photo = await upload(picked, {
    title: 'Cat',
    onProgress: ({ phase, sentBytes }) => void phases.push(`${phase} ${sentBytes}`),
  })
  expect(photo).toEqual(photoAt(server))
  const [outcome] = await uploadAll([{ uri: 'content://media/7/cat%201.png' }])
  expect(outcome).toMatchObject({ status: 'fulfilled' })

  const [first, second] = NativeRequest.sent
  expect(first?.parts).toEqual([['file', picked]])
  expect(first?.headers).toEqual({ 'idempotency-key': expect.any(String) })
  const unnamed = {
    uri: 'content://media/7/cat%201.png',
    name: 'cat%201.png',
    type: 'application/octet-stream',
  }
  expect(second?.parts).toEqual([['file', unnamed]])
  expect(server.seen[0]?.url.searchParams.get('title')).toBe('Cat')
  expect(phases).toEqual(['preparing 0', 'sending 0', 'sending 700', 'processing 1400', 'done 1400'])
})
