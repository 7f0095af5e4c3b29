import type { Photo } from '@tintype/client'
import { formatByteSize } from '@tintype/client/words'
import { useMay } from '../access/use-may.ts'
import { EditableField } from '../editing/editable-field.tsx'
import { TagEditor } from '../editing/tag-editor.tsx'
import { formatMoment } from '../format-time.ts'
import { Icon } from '../icon.tsx'
import { changeTags } from '../photos/change-tags.ts'
import { text } from '../strings.ts'
import { tintype } from '../tintype.ts'

interface InfoPanelProps {
  readonly photo: Photo
  readonly onChange: (...changed: readonly Photo[]) => void
  readonly onClose: () => void
}

/** What is known of a photo. Its title, description and tags are edited in place, if the key may do that. */
export function InfoPanel({ photo, onChange, onClose }: InfoPanelProps) {
  const { id, title, alt, tags } = photo
  const { details } = text
  const mayEdit = useMay()('photos:update')
  const update = async (change: { readonly title?: string; readonly alt?: string }) =>
    onChange(await tintype.photos.update.mutate({ id, ...change }))
  return (
    <aside className="panel" aria-label={details.heading}>
      <header className="panel-head">
        <h3>{details.heading}</h3>
        <button type="button" className="icon-button" aria-label={text.close} onClick={onClose}>
          <Icon name="x" />
        </button>
      </header>
      {mayEdit && (
        <>
          <EditableField
            key={`title ${id}`}
            name={`title ${id}`}
            label={details.title}
            placeholder={details.noTitle}
            maxLength={300}
            value={title ?? ''}
            onSave={(value) => update({ title: value })}
          />
          <EditableField
            key={`alt ${id}`}
            name={`alt ${id}`}
            label={details.alt}
            hint={details.altHint}
            placeholder={details.noAlt}
            maxLength={2000}
            value={alt ?? ''}
            onSave={(value) => update({ alt: value })}
          />
          <TagEditor
            key={`tags ${id}`}
            tags={tags}
            onChange={async (change) => onChange(...(await changeTags([photo], change)))}
          />
        </>
      )}
      <dl>
        {[...(mayEdit ? [] : describeTexts(photo)), ...describe(photo)].map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </aside>
  )
}

/** What can be edited, for those who may not. */
function describeTexts({ title, alt, tags }: Photo): [string, string][] {
  const { details } = text
  const all: [string, string][] = [
    [details.title, title ?? ''],
    [details.alt, alt ?? ''],
    [details.tags, tags.join(', ')],
  ]
  return all.filter(([, value]) => value !== '')
}

function describe(photo: Photo): [string, string][] {
  const { details } = text
  const { width, height, takenAt } = photo
  return [
    [details.pixels, `${width} × ${height}`],
    [details.size, formatByteSize(photo.byteSize)],
    [details.type, photo.mimeType],
    ...(takenAt === null ? [] : [[details.taken, formatMoment(takenAt)] as [string, string]]),
    [details.uploaded, formatMoment(photo.createdAt)],
    [details.name, photo.filename],
    [details.digest, photo.sha256],
  ]
}
