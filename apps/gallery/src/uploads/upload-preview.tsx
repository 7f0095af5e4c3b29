import { useEffect, useRef } from 'react'

/** Side of the preview on a dense screen, in pixels. */
const sidePx = 80

/** Pictures are decoded two at once: each needs much memory for a moment. */
const lanes = [Promise.resolve(), Promise.resolve()]
let nextLane = 0

/** A small picture of a file that is not uploaded yet; empty if the browser cannot show it. */
export function UploadPreview({ file }: { readonly file: Blob | undefined }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    if (!file) return
    let isWanted = true
    const lane = nextLane++ % lanes.length
    lanes[lane] = (lanes[lane] ?? Promise.resolve()).then(async () => {
      if (isWanted && canvas.current) await draw(canvas.current, file).catch(() => {})
    })
    return () => {
      isWanted = false
    }
  }, [file])
  return <canvas ref={canvas} className="upload-preview" width={sidePx} height={sidePx} />
}

async function draw(canvas: HTMLCanvasElement, file: Blob): Promise<void> {
  const bitmap = await createImageBitmap(file)
  const scale = sidePx / Math.min(bitmap.width, bitmap.height)
  const [width, height] = [bitmap.width * scale, bitmap.height * scale]
  const context = canvas.getContext('2d')
  if (context) context.imageSmoothingQuality = 'high'
  context?.drawImage(bitmap, (sidePx - width) / 2, (sidePx - height) / 2, width, height)
  bitmap.close()
}
