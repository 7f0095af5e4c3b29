import { text } from '../strings.ts'

/** Shown over the page while files are dragged over it. */
export function DropOverlay() {
  return (
    <div className="drop-overlay">
      <p>{text.upload.drop}</p>
    </div>
  )
}
