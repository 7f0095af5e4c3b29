import type { UploadItem } from '@tintype/client/queue'
import { useState } from 'react'
import { text } from '../strings.ts'
import { rowPx, UploadRow } from './upload-row.tsx'
import type { PageUploads } from './use-uploads.ts'

/** How many rows are in the page before the first one in view, and from it on. The tray is never higher than half of these. */
const rowsBefore = 8
const rowsFrom = 24

interface UploadListProps {
  readonly items: readonly UploadItem[]
  /** What every file that is not sent yet waits for; `undefined` if each says it itself. */
  readonly standstill: string | undefined
  readonly uploads: PageUploads
}

/** The files of the tray, of which those near the window of the list are in the page. */
export function UploadList({ items, standstill, uploads }: UploadListProps) {
  const [scrolledAt, setScrolledAt] = useState(0)
  const start = Math.max(0, scrolledAt - rowsBefore)
  return (
    <div
      className="uploads"
      onScroll={({ currentTarget }) => setScrolledAt(Math.floor(currentTarget.scrollTop / rowPx))}
    >
      <ul aria-label={text.tray.list} style={{ height: `${items.length * rowPx}px` }}>
        {items.slice(start, scrolledAt + rowsFrom).map((item, index) => (
          <UploadRow
            key={item.id}
            item={item}
            file={uploads.fileOf(item.id)}
            index={start + index}
            count={items.length}
            standstill={standstill}
            queue={uploads}
          />
        ))}
      </ul>
    </div>
  )
}
