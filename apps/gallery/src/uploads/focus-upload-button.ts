/** Focuses the button that uploads are started with. */
export function focusUploadButton(): void {
  document.querySelector<HTMLElement>('.upload-button')?.focus()
}
