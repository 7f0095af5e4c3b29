/**
 * Focuses the button with the same `data-action` in the next row of a list, or else in the nearest one before, because the button
 * itself is about to disappear.
 */
export function focusSameButton(button: HTMLElement): void {
  const row = button.closest('li')
  const rows = [...(row?.parentElement?.children ?? [])]
  const at = rows.indexOf(row as Element)
  const others = [...rows.slice(at + 1), ...rows.slice(0, at).reverse()]
  const selector = `[data-action="${button.dataset.action}"]`
  const same = others.map((one) => one.querySelector<HTMLElement>(selector)).find((one) => one !== null)
  same?.focus()
}
