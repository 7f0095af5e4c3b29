/** A page of any browser, with what the journeys of the gallery need. Disposing it ends the browser. */
export interface WebPage extends AsyncDisposable {
  goto(url: string): Promise<void>
  /** Calls a function in the page. It can use its arguments only, which are sent as JSON. */
  evaluate<Result, Args extends readonly unknown[]>(
    call: (...args: Args) => Result,
    ...args: Args
  ): Promise<Awaited<Result>>
  /** Chooses files, by their paths, for the page's file input. */
  choose(paths: readonly string[]): Promise<void>
  /** Presses a key, such as `Enter` or `ArrowRight`. */
  press(key: keyof typeof keyCodes): Promise<void>
}

/** @see https://www.w3.org/TR/webdriver2/#keyboard-actions */
export const keyCodes = {
  Enter: '\ue007',
  Escape: '\ue00c',
  ' ': ' ',
  ArrowRight: '\ue014',
  Delete: '\ue017',
}
