import type { Page } from 'playwright-core'
import { endAnimations } from './end-animations.ts'

interface MisfitOptions {
  /** The least width and height of what can be pressed, in CSS pixels. */
  readonly targetPx: number
}

/**
 * What does not fit in a page as it is now: a page that is wider than its window, texts that are cut or stand out of their
 * buttons, and targets that are too small. Names of people's files may be cut.
 */
export async function findMisfits(page: Page, { targetPx }: MisfitOptions): Promise<string[]> {
  await endAnimations(page)
  return page.evaluate((targetPx) => {
    const found: string[] = []
    const widerPx = document.documentElement.scrollWidth - innerWidth
    if (widerPx > 0) found.push(`The page is ${widerPx} px too wide`)
    const modal = document.querySelector('dialog:modal')
    const isShown = (one: Element) =>
      (modal === null || modal.contains(one)) &&
      one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      !isClipped(one)
    const isClipped = (one: Element): boolean =>
      getComputedStyle(one).clipPath !== 'none' ||
      (one.parentElement !== null && isClipped(one.parentElement))
    const name = (one: Element) =>
      `${one.localName}.${one.className} “${(one.getAttribute('aria-label') ?? one.textContent).slice(0, 60)}”`

    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement
      if (!element || !texts.currentNode.textContent?.trim() || !isShown(element) || element.closest('bdi'))
        continue
      const range = document.createRange()
      range.selectNodeContents(texts.currentNode)
      const text = range.getBoundingClientRect()
      const isOut = ({ left, right, top, bottom }: DOMRect) =>
        text.left < left - 1 || text.right > right + 1 || text.top < top - 2 || text.bottom > bottom + 2
      const button = element.closest('button, [role="tab"], .menu-line, .chip')
      if (button && isOut(button.getBoundingClientRect())) found.push(`Text out of ${name(button)}`)
      let scrolls = false
      for (let box: Element | null = element; box && !scrolls; box = box.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(box)
        scrolls = /auto|scroll/.test(overflowX + overflowY)
        if (!scrolls && /hidden|clip/.test(overflowX) && isOut(box.getBoundingClientRect()))
          found.push(`Text of ${name(element)} is cut by ${box.localName}.${box.className}`)
      }
      if (!scrolls && (text.left < -1 || text.right > innerWidth + 1))
        found.push(`Text of ${name(element)} is out of the window`)
    }

    const targets = [...document.querySelectorAll('button, a[href], input, textarea, label')].filter(isShown)
    for (const target of targets) {
      const label = target.closest('label')
      // a label presses its field
      if (target.matches('input[type="file"]') || (label && label !== target)) continue
      const { width, height } = target.getBoundingClientRect()
      if (target.localName === 'label' && !target.querySelector('[type="checkbox"]')) continue
      if (Math.min(width, height) < targetPx - 0.5)
        found.push(`${name(target)} is ${Math.round(width)} × ${Math.round(height)}`)
    }
    const controls = targets.filter((one) => one.localName === 'button')
    for (const [at, one] of controls.entries())
      for (const other of controls.slice(at + 1)) {
        if (one.parentElement !== other.parentElement) continue
        const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()]
        const isApart =
          a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 1 || b.bottom <= a.top + 1
        if (!isApart) found.push(`${name(one)} lies on ${name(other)}`)
      }
    return found
  }, targetPx)
}
