import { showOnTop } from '../show-on-top.ts'
import { text } from '../strings.ts'

/** Shown over the page, and over what is open in it, while files are dragged over it. */
export function DropOverlay() {
  return (
    <div className="drop-overlay" popover="manual" ref={showOnTop}>
      <p>{text.upload.drop}</p>
    </div>
  )
}
