// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest'
import { render, renderOnServer } from '../testing/render.tsx'
import { type Folder, makeFile, makeTransfer } from '../testing/transfer.ts'
import { until } from '../testing/until.ts'
import { type Dropzone, type FileSource, type UseDropzoneOptions, useDropzone } from './use-dropzone.ts'

interface ZoneProps extends Partial<UseDropzoneOptions> {
  readonly onZone?: (zone: Dropzone) => void
}

function Zone({ onZone, onFiles = () => {}, ...options }: ZoneProps) {
  const zone = useDropzone({ onFiles, ...options })
  onZone?.(zone)
  return (
    <section {...zone.rootProps} data-over={zone.isOver} data-dragging={zone.isDragging}>
      <input {...zone.inputProps} />
    </section>
  )
}

/** A zone in a document, the events that a browser sends to it, and the calls of `onFiles`. */
async function open(options: Partial<UseDropzoneOptions> = {}) {
  const calls: { readonly names: readonly string[]; readonly skipped: number }[] = []
  let zone: Dropzone | undefined
  const page = render(
    <Zone
      {...options}
      onFiles={(files, { skipped }) => calls.push({ names: files.map(({ name }) => name), skipped })}
      onZone={(one) => {
        zone = one
      }}
    />,
  )
  await until(() => expect(page.container.querySelector('input')).not.toBeNull())
  const section = page.container.querySelector('section') as HTMLElement
  const input = page.container.querySelector('input') as HTMLInputElement
  return {
    calls,
    section,
    input,
    openDialog: (source?: FileSource) => zone?.open(source),
    /** Returns whether the page accepted it; else the browser does what it always does. */
    send(
      type: string,
      content: Folder | undefined,
      target: EventTarget = section,
      more: object = {},
    ): boolean {
      const event = new Event(type, { bubbles: true, cancelable: true })
      const transfer = content ? makeTransfer(content) : { types: ['text/plain'], files: [], items: [] }
      const members = { dataTransfer: transfer, clipboardData: transfer, relatedTarget: null, ...more }
      for (const [name, value] of Object.entries(members)) Object.defineProperty(event, name, { value })
      return !target.dispatchEvent(event)
    },
    [Symbol.dispose]: () => page[Symbol.dispose](),
  }
}

const content = { 'a.png': makeFile('a.png'), 'notes.txt': makeFile('notes.txt', 'text/plain') }

/** Effects have run: the window is listened to. */
const untilListening = (zone: Awaited<ReturnType<typeof open>>) =>
  until(() => {
    zone.send('dragover', content)
    expect(zone.section.dataset.dragging).toBe('true')
  })

test('a picture of the page that is dragged is no file, though browsers report it as one', async () => {
  using zone = await open({ target: 'window' })
  await untilListening(zone)
  zone.send('drop', {})
  await until(() => expect(zone.section.dataset.dragging).toBe('false'))
  zone.send('dragstart', content)
  expect([zone.send('dragover', content), zone.send('drop', content)]).toEqual([false, false])
  zone.send('dragend', content)
  expect(zone.send('drop', content)).toBe(true)
  await until(() => expect(zone.calls).toEqual([{ names: ['a.png'], skipped: 1 }]))
})

test('files may be dropped on the element, and nowhere else', async () => {
  using zone = await open()
  await untilListening(zone)
  expect(zone.send('dragover', content)).toBe(true)
  await until(() => expect(zone.section.dataset.over).toBe('true'))
  expect(zone.send('drop', content)).toBe(true)
  await until(() => expect(zone.calls).toEqual([{ names: ['a.png'], skipped: 1 }]))
  await until(() => expect(zone.section.dataset).toMatchObject({ over: 'false', dragging: 'false' }))
  expect(zone.send('drop', content, document.body)).toBe(false)
  expect(zone.calls).toHaveLength(1)
})

test('files that leave the element are not over it any more', async () => {
  using zone = await open()
  await untilListening(zone)
  await until(() => expect(zone.section.dataset.over).toBe('true'))
  zone.send('dragleave', content, zone.section, { relatedTarget: zone.input })
  zone.send('dragleave', content, zone.section, { relatedTarget: document.body })
  await until(() => expect(zone.section.dataset).toMatchObject({ over: 'false', dragging: 'true' }))
})

test('files may be dropped anywhere in the window, until they leave it', async () => {
  using zone = await open({ target: 'window' })
  await untilListening(zone)
  expect(zone.send('dragover', content, document.body)).toBe(true)
  await until(() => expect(zone.section.dataset.over).toBe('true'))
  // Safari reports no related target inside of the window either
  zone.send('dragleave', content, document.body, { clientX: 100, clientY: 100 })
  zone.send('dragover', content, document.body)
  zone.send('dragleave', content, document.body, { clientX: 0, clientY: 0 })
  await until(() => expect(zone.section.dataset.over).toBe('false'))
  expect(zone.send('drop', content, document.body)).toBe(true)
  await until(() => expect(zone.calls).toEqual([{ names: ['a.png'], skipped: 1 }]))
})

test('text that is dragged is left to the browser', async () => {
  using zone = await open({ target: 'window' })
  await untilListening(zone)
  expect(zone.send('dragover', undefined)).toBe(false)
  expect(zone.send('drop', undefined)).toBe(false)
})

test('pasted files count if they are wanted, except in fields', async () => {
  using zone = await open({ paste: true })
  await untilListening(zone)
  zone.send('paste', { a: makeFile('cat.png') }, document.body)
  zone.send('paste', { a: makeFile('cat.png') }, zone.input)
  zone.send('paste', undefined, document.body)
  expect(zone.calls).toEqual([{ names: ['cat.png'], skipped: 0 }])
  using deaf = await open()
  await untilListening(deaf)
  deaf.send('paste', { a: makeFile('cat.png') }, document.body)
  expect(deaf.calls).toEqual([])
})

test('a dialog chooses files, a folder, or the camera', async () => {
  using zone = await open({ accept: ['image/png', '.heic'] })
  const click = vi.spyOn(zone.input, 'click').mockImplementation(() => {})
  expect(zone.input.accept).toBe('image/png,.heic')
  for (const [source, isFolder, capture] of [
    ['camera', false, 'environment'],
    ['folder', true, null],
    ['files', false, null],
  ] as const) {
    zone.openDialog(source)
    expect([zone.input.webkitdirectory, zone.input.getAttribute('capture')]).toEqual([isFolder, capture])
  }
  expect(click).toHaveBeenCalledTimes(3)
})

test('chosen files are reported, and the same ones can be chosen again', async () => {
  using zone = await open()
  const files = [makeFile('a.png'), makeFile('b.png')]
  Object.defineProperty(zone.input, 'files', { value: files })
  const cleared = vi.fn()
  Object.defineProperty(zone.input, 'value', { set: cleared, get: () => '' })
  zone.send('change', undefined, zone.input)
  await until(() => expect(zone.calls).toEqual([{ names: ['a.png', 'b.png'], skipped: 0 }]))
  expect(cleared).toHaveBeenCalledWith('')
})

test('a disabled zone ignores everything', async () => {
  using zone = await open({ target: 'window', paste: true, disabled: true })
  await until(() => expect(zone.input.disabled).toBe(true))
  expect(zone.send('drop', content)).toBe(false)
  zone.send('paste', content, document.body)
  expect(zone.calls).toEqual([])
})

test('a server renders the element and its input', () => {
  expect(renderOnServer(<Zone />)).toMatch(/<section [^>]*><input type="file"/)
})
