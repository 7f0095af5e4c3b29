import { rgbaToDataURL, thumbHashToRGBA } from 'thumbhash'

/** The longer side of a placeholder, in pixels. The browser smooths it when it enlarges it. */
const sidePx = 12

/**
 * URL of a blurred preview, to be shown until the photo is loaded: a `data:` URL of a PNG of at most 12 × 12 px, 1000 characters
 * at most. It is empty if the photo has no placeholder yet.
 *
 * @example <div style={{ backgroundImage: `url(${placeholderUrl(photo)})`, backgroundSize: 'cover' }} />
 */
export function placeholderUrl({ placeholder }: { readonly placeholder: string }): string {
  if (placeholder === '') return ''
  const { w, h, rgba } = thumbHashToRGBA(decodePlaceholder(placeholder))
  const scale = sidePx / Math.max(w, h)
  const [width, height] = [Math.round(w * scale), Math.round(h * scale)]
  // a thumbhash has no detail that is finer than the distance of these samples
  const samples = Uint8Array.from({ length: width * height * 4 }, (_, at) => {
    const [x, y] = [((at >> 2) % width) + 0.5, Math.floor(at / 4 / width) + 0.5]
    return rgba[(Math.floor(y / scale) * w + Math.floor(x / scale)) * 4 + (at % 4)] ?? 0
  })
  return rgbaToDataURL(width, height, samples)
}

/** The photo's average colour, as CSS. */
export function placeholderColor(placeholder: string): string {
  const { w, h, rgba } = thumbHashToRGBA(decodePlaceholder(placeholder))
  const sums = [0, 0, 0]
  for (let at = 0; at < rgba.length; at++) sums[at % 4] = (sums[at % 4] ?? 0) + (rgba[at] ?? 0)
  return `rgb(${sums.slice(0, 3).map((sum) => Math.round(sum / w / h))})`
}

/** The bytes of a thumbhash, from base64. */
export function decodePlaceholder(placeholder: string): Uint8Array {
  return Uint8Array.from(atob(placeholder), (char) => char.charCodeAt(0))
}
