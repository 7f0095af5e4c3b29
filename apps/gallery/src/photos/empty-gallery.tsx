import type { SystemLimits } from '@tintype/client'
import { formatByteSize } from '../format-size.ts'
import { tintype } from '../tintype.ts'

/** What the page shows before the first photo: the ways to upload one. */
export function EmptyGallery({ limits }: { readonly limits: SystemLimits | undefined }) {
  return (
    <section className="empty" aria-label="No photos">
      <h2>There are no photos yet</h2>
      <p>Drop photos or folders anywhere on this page, paste a picture, or press “Upload photos”.</p>
      {limits && <p className="quiet">{formatLimits(limits)}</p>}
      <p>Or send one from a terminal; it appears when you reload the page:</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard can scroll it */}
      <pre tabIndex={0}>
        <code>{`curl -F file=@photo.jpg ${tintype.url}/photos`}</code>
      </pre>
    </section>
  )
}

function formatLimits({ formats, maxUploadByteSize, maxPixels }: SystemLimits): string {
  const names = new Intl.ListFormat('en', { type: 'disjunction' }).format(
    formats.map((one) => one.toUpperCase()),
  )
  const megapixels = (maxPixels / 1_000_000).toLocaleString('en', { maximumFractionDigits: 1 })
  return `${names}, up to ${formatByteSize(maxUploadByteSize)} and ${megapixels} megapixels each`
}
