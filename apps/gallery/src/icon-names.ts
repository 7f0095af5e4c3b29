/** The icons of Lucide that the page uses. The build writes them into `index.html`. */
export const iconNames = [
  'camera',
  'check',
  'chevron-down',
  'chevron-left',
  'chevron-right',
  'circle-check',
  'copy',
  'download',
  'folder',
  'image-off',
  'info',
  'pause',
  'play',
  'plus',
  'rotate-cw',
  'search',
  'settings',
  'sliders-horizontal',
  'tag',
  'trash-2',
  'upload',
  'x',
  'zoom-in',
  'zoom-out',
] as const

export type IconName = (typeof iconNames)[number]
