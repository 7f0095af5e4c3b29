import type { Photo } from '@tintype/client'
import { formatByteSize } from '../format-size.ts'
import { tintype } from '../tintype.ts'
import { cardImage } from './card-image.ts'
import { CopyAddress } from './copy-address.tsx'

interface PhotoCardProps {
  readonly photo: Photo
  readonly onDelete: () => void
}

/** One photo: its thumbnail, name, size and address. */
export function PhotoCard({ photo, onDelete }: PhotoCardProps) {
  const { thumbnail, filename, width, height, byteSize } = photo
  const original = tintype.mediaUrl(photo)
  return (
    <li className="photo">
      <a href={original} className="photo-image">
        <img
          {...cardImage(photo)}
          width={thumbnail.width}
          height={thumbnail.height}
          alt={photo.alt ?? filename}
          loading="lazy"
          decoding="async"
        />
      </a>
      <h2>
        <bdi>{filename}</bdi>
      </h2>
      <p className="quiet">
        {width} × {height}, {formatByteSize(byteSize)}
      </p>
      <div className="photo-actions">
        <a href={original} aria-label={`Original of ${filename}`}>
          Original
        </a>
        <CopyAddress address={original} filename={filename} />
        <button type="button" className="danger" onClick={onDelete} aria-label={`Delete ${filename}`}>
          Delete
        </button>
      </div>
    </li>
  )
}
