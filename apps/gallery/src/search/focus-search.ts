/**
 * Focuses the search field, or in narrow windows, while the field is closed, the button that opens it. Without a search it is the
 * button that uploads.
 */
export function focusSearch(): void {
  const controls = ['.search-button', '.search input', '.upload-button'].map((one) =>
    document.querySelector<HTMLElement>(one),
  )
  controls.find((one) => one?.checkVisibility())?.focus()
}
