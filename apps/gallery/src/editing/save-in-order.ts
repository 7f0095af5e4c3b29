interface Save {
  readonly value: string
  /** Resolves when it was stored, and when it failed. */
  readonly settled: Promise<void>
}

/** The last save of each field that has one under way. */
const lastSaves = new Map<string, Save>()

/** What a field will be once everything under way is stored; `undefined` if nothing is. */
export const valueBeingSaved = (name: string): string | undefined => lastSaves.get(name)?.value

/**
 * Stores a value of a field after every earlier value of it, so that the one written last is the one that stays.
 *
 * @returns whether it is still the last one: what became of an earlier one is no longer of interest, not even that it failed
 * @throws what `store` throws, if it is the last one
 */
export async function saveInOrder(name: string, value: string, store: () => Promise<void>): Promise<boolean> {
  const before = lastSaves.get(name)
  const stored = before === undefined ? store() : before.settled.then(store)
  const save = { value, settled: stored.catch(() => {}) }
  lastSaves.set(name, save)
  const isLast = () => lastSaves.get(name) === save
  try {
    await stored
    return isLast()
  } catch (error) {
    if (isLast()) throw error
    return false
  } finally {
    if (isLast()) lastSaves.delete(name)
  }
}
