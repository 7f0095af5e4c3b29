import type { SystemLimits } from '@tintype/client'
import { formatByteSize } from '@tintype/client/words'
import { useMay } from '../access/use-may.ts'
import { CopyField } from '../lightbox/copy-field.tsx'
import { useCopy } from '../lightbox/use-copy.ts'
import { Tabs } from '../menus/tabs.tsx'
import { nameFormat } from '../name-format.ts'
import { text } from '../strings.ts'
import { uploadExamples } from './upload-examples.ts'

interface EmptyGalleryProps {
  readonly limits: SystemLimits | undefined
  /** Whether the server needs a key. */
  readonly isClosed: boolean
}

/** What the page shows before the first photo: the ways to upload one. */
export function EmptyGallery({ limits, isClosed }: EmptyGalleryProps) {
  const copying = useCopy()
  const mayUpload = useMay()('photos:create')
  if (!mayUpload)
    return (
      <section className="empty" aria-label={text.empty.label}>
        <h2>{text.empty.title}</h2>
        <p>{text.empty.readOnly}</p>
      </section>
    )
  return (
    <section className="empty" aria-label={text.empty.label}>
      <h2>{text.empty.title}</h2>
      <p>{text.empty.hint}</p>
      <p className="quiet">{limits && formatLimits(limits)}</p>
      <p>{text.empty.or}</p>
      <Tabs label={text.empty.ways} names={uploadExamples.map(({ name }) => name)}>
        {(at) => {
          const code = uploadExamples[at]?.write(isClosed) ?? ''
          return (
            <>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard can scroll it */}
              <pre tabIndex={0}>
                <code>{code}</code>
              </pre>
              <button type="button" onClick={() => copying.copy(code)}>
                {text.empty.copy}
              </button>
            </>
          )
        }}
      </Tabs>
      <CopyField {...copying} />
    </section>
  )
}

function formatLimits({ formats, maxUploadByteSize, maxPixels }: SystemLimits): string {
  const names = new Intl.ListFormat('en', { type: 'disjunction' }).format(formats.map(nameFormat))
  const megapixels = (maxPixels / 1_000_000).toLocaleString('en', { maximumFractionDigits: 1 })
  return text.empty.limits(names, formatByteSize(maxUploadByteSize), megapixels)
}
