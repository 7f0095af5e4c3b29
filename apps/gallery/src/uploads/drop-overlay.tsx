/** Shown over the page while files are dragged over it. */
export function DropOverlay() {
  return (
    <div className="drop-overlay">
      <p>Drop to upload</p>
    </div>
  )
}
