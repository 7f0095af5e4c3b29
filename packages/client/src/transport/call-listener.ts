/**
 * Calls a listener, if there is one. If it throws, the error becomes an uncaught one, as in an event listener, and the request
 * goes on.
 */
export function callListener<Value>(listener: ((value: Value) => void) | undefined, value: Value): void {
  try {
    listener?.(value)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
