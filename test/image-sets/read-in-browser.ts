import type { Page } from 'playwright-core'

/** How many cells a picture is divided into. */
export interface Grid {
  readonly columns: number
  readonly rows: number
}

/** What a browser shows of a picture. */
export interface ShownPicture extends Grid {
  readonly width: number
  readonly height: number
  /** Mean red, green and blue of each cell of a grid over the picture, on white, row by row. */
  readonly cells: readonly (readonly [number, number, number])[]
}

/**
 * Shows a picture in a page as an `img` element, and reads what is seen of it: of an animation the first frame.
 *
 * @param grid columns and rows of the grid, at most
 * @returns `undefined` if the browser cannot show it
 */
export function readInBrowser(page: Page, bytes: Uint8Array, grid: Grid): Promise<ShownPicture | undefined> {
  return page.evaluate(
    async ({ base64, grid }) => {
      const image = new Image()
      const blob = await (await fetch(`data:application/octet-stream;base64,${base64}`)).blob()
      image.src = URL.createObjectURL(blob)
      try {
        await image.decode()
      } catch {
        return undefined
      } finally {
        URL.revokeObjectURL(image.src)
      }
      const { naturalWidth: width, naturalHeight: height } = image
      const scale = Math.min(1, 2048 / Math.max(width, height))
      const canvas = document.createElement('canvas')
      canvas.width = Math.max(1, Math.round(width * scale))
      canvas.height = Math.max(1, Math.round(height * scale))
      const context = canvas.getContext('2d', { willReadFrequently: true })
      if (!context) throw new Error('The page has no canvas')
      context.imageSmoothingQuality = 'high'
      context.fillStyle = 'white'
      context.fillRect(0, 0, canvas.width, canvas.height)
      context.drawImage(image, 0, 0, canvas.width, canvas.height)
      const columns = Math.min(grid.columns, canvas.width)
      const rows = Math.min(grid.rows, canvas.height)
      const cells = Array.from({ length: columns * rows }, (_, cell) => {
        const left = Math.floor(((cell % columns) * canvas.width) / columns)
        const right = Math.floor((((cell % columns) + 1) * canvas.width) / columns)
        const top = Math.floor((Math.floor(cell / columns) * canvas.height) / rows)
        const bottom = Math.floor(((Math.floor(cell / columns) + 1) * canvas.height) / rows)
        const { data } = context.getImageData(left, top, right - left, bottom - top)
        const sums: [number, number, number] = [0, 0, 0]
        for (let at = 0; at < data.length; at += 4) {
          sums[0] += data[at] ?? 0
          sums[1] += data[at + 1] ?? 0
          sums[2] += data[at + 2] ?? 0
        }
        const pixels = data.length / 4
        return [sums[0] / pixels, sums[1] / pixels, sums[2] / pixels] as const
      })
      return { width, height, columns, rows, cells }
    },
    { base64: Buffer.from(bytes).toString('base64'), grid },
  )
}
