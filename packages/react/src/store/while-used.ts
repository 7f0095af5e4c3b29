/**
 * Opens something for its first user, and closes it after its last one. It is closed a task later, unless it has a user again by
 * then, because React's StrictMode unmounts and mounts a component at once.
 *
 * @param open returns what closes it
 * @returns a function that adds a user, and returns what removes it
 */
export function whileUsed(open: () => () => void): () => () => void {
  let users = 0
  let close = () => {}
  return () => {
    if (users++ === 0) close = open()
    return () => {
      setTimeout(() => {
        if (--users === 0) close()
      })
    }
  }
}
