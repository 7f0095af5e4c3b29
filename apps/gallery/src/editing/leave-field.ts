/** Takes the focus from a field. The dialog around it gets it, because keys outside of the dialog do nothing. */
export function leaveField(field: HTMLElement): void {
  field.blur()
  field.closest<HTMLElement>('dialog')?.focus()
}
