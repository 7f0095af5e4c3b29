import PhotoSwipe from 'photoswipe'
import 'photoswipe/style.css'

/** What PhotoSwipe shows, and where. */
export interface PhotoSwipeSource {
  /** The element that it fills. */
  readonly stage: HTMLElement
  readonly index: number
  readonly count: () => number
  readonly slideAt: (index: number) => object
  readonly failureText: string
}

/** Opens PhotoSwipe without any control, key or focus of its own: those are the page's. */
export function openPhotoSwipe({ stage, index, count, slideAt, failureText }: PhotoSwipeSource): PhotoSwipe {
  const viewer = new PhotoSwipe({
    appendToEl: stage,
    index,
    loop: false,
    preload: [1, 2],
    bgOpacity: 0,
    wheelToZoom: true,
    trapFocus: false,
    returnFocus: false,
    escKey: false,
    arrowKeys: false,
    arrowPrev: false,
    arrowNext: false,
    close: false,
    zoom: false,
    counter: false,
    clickToCloseNonZoomable: false,
    closeOnVerticalDrag: false,
    pinchToClose: false,
    imageClickAction: 'zoom',
    bgClickAction: false,
    tapAction: false,
    doubleTapAction: 'zoom',
    showHideAnimationType: 'none',
    // none for people who prefer less motion: PhotoSwipe reads that itself
    zoomAnimationDuration: 240,
    maxZoomLevel: 4,
    errorMsg: failureText,
    getViewportSizeFn: () => ({ x: stage.clientWidth, y: stage.clientHeight }),
  })
  viewer.on('keydown', (event) => event.preventDefault())
  viewer.addFilter('numItems', count)
  viewer.addFilter('itemData', (_, at) => slideAt(at))
  // of every photo, not of the first only: the grid has loaded them
  viewer.addFilter('placeholderSrc', (_, { data }) => data.msrc ?? false)
  // a screen with more than two pixels for each CSS pixel shows no more than one with two
  viewer.addFilter('srcsetSizesWidth', (widthPx) => widthPx * Math.min(1, 2 / devicePixelRatio))
  // it is a part of the page's own dialog
  viewer.on('initialLayout', () => {
    viewer.element?.removeAttribute('role')
    viewer.scrollWrap?.removeAttribute('aria-roledescription')
  })
  if (isSavingData()) loadActiveOnly(viewer)
  viewer.init()
  return viewer
}

/** Neighbours are their placeholders until they are shown. Without any to preload, PhotoSwipe still loads one on each side. */
function loadActiveOnly(viewer: PhotoSwipe): void {
  viewer.on('contentLoadImage', (event) => {
    if (!event.content.slide?.isActive) event.preventDefault()
  })
  viewer.on('contentActivate', ({ content }) => {
    if (content.state === 'idle') content.loadImage(false)
  })
}

function isSavingData(): boolean {
  return 'connection' in navigator && (navigator.connection as { saveData?: boolean }).saveData === true
}
