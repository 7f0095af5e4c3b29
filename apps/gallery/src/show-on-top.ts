/** Shows an element that is a popover above a dialog that is open, which is above everything else of the page. */
export function showOnTop(element: HTMLElement | null): void {
  element?.showPopover()
}
