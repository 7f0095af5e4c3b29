/** The parts of the page that its first view does not need. They are loaded together, in one request. */
export { ConfirmDialog } from '../confirm-dialog.tsx'
export { Lightbox } from '../lightbox/lightbox.tsx'
export { SelectionBar } from '../selection/selection-bar.tsx'
export { SettingsPanel } from '../settings/settings-panel.tsx'
