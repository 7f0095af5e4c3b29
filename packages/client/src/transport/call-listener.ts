/** Calls a listener. If it throws, the error becomes an uncaught one, as in an event listener, and the request goes on. */
export function callListener<Value>(listener: (value: Value) => void, value: Value): void {
  try {
    listener(value)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
