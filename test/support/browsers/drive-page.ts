import { keyCodes, type WebPage } from './web-page.ts'

/** Sends a command of WebDriver, by the name that it has in the specification. */
export type SendCommand = (name: CommandName, parameters: object) => Promise<unknown>
export type CommandName = 'Navigate' | 'ExecuteScript' | 'FindElement' | 'ElementSendKeys' | 'PerformActions'

/**
 * A page that is driven by WebDriver.
 *
 * @see https://www.w3.org/TR/webdriver2/
 */
export function drivePage(send: SendCommand, close: () => Promise<void>): WebPage {
  return {
    async goto(url) {
      await send('Navigate', { url })
    },
    async evaluate(call, ...args) {
      const script = `return (${call}).apply(null, arguments)`
      return (await send('ExecuteScript', { script, args })) as never
    },
    async choose(paths) {
      const using = 'css selector'
      const element = (await send('FindElement', { using, value: 'input[type="file"]' })) as object
      const [id] = Object.values(element)
      await send('ElementSendKeys', { id, text: paths.join('\n') })
    },
    async press(key) {
      const value = keyCodes[key]
      const actions = ['keyDown', 'keyUp'].map((type) => ({ type, value }))
      await send('PerformActions', { actions: [{ type: 'key', id: 'keyboard', actions }] })
    },
    [Symbol.asyncDispose]: close,
  }
}
