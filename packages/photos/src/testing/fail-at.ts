/** Which call of a driver fails, and how. */
export interface Fault {
  readonly method: string
  /** Counted from 1. */
  readonly call: number
  /** `before` it does anything, or `after` it has done everything, so that the caller does not know its outcome. */
  readonly moment: 'before' | 'after'
  readonly error: Error
}

/** An engine with a fault. */
export interface FaultyEngine<Engine> {
  readonly engine: Engine
  /** Whether the call was made and failed. */
  readonly hasFailed: () => boolean
}

/** Returns the driver with one failing call of one method. A method that returns a sequence fails at its first step. */
export function failAt<Engine extends object>(
  engine: Engine,
  { method, call, moment, error }: Fault,
): FaultyEngine<Engine> {
  let calls = 0
  const faulty = new Proxy(engine, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function' || name !== method) return value
      return (...args: unknown[]) => {
        calls += 1
        const run = () => Reflect.apply(value, target, args) as unknown
        if (calls !== call) return run()
        return method === 'list' && args.length === 1 && typeof args[0] === 'string'
          ? failingSequence(error)
          : fail(moment === 'after' ? run : undefined, error)
      }
    },
  })
  return { engine: faulty, hasFailed: () => calls >= call }
}

async function fail(run: (() => unknown) | undefined, error: Error): Promise<never> {
  await run?.()
  throw error
}

function failingSequence(error: Error): AsyncIterable<never> {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) }
}
