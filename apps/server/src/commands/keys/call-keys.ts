import { type ApiKey, type CreatedApiKey, fromProblem, TintypeError } from '@tintype/contract'
import { ConfigError } from '../../config/config-error.ts'
import type { KeyActions } from './key-actions.ts'

/** A running server, and a key of it with the scope `admin`. */
export interface KeyServer {
  /** With the base path, if the server has one. */
  readonly url: string
  readonly key: string
}

/** Milliseconds that one call may take. */
const timeoutMs = 30_000

/**
 * The keys of a running server, over its procedures. The key is sent to that server only: a redirect is an error.
 *
 * @throws ConfigError for a URL or a key that cannot be sent, which it does not repeat
 */
export function callKeys({ url, key }: KeyServer): KeyActions {
  const target = parseTarget(url)
  if (!/^[!-~]+$/.test(key)) throw new ConfigError('The key has characters that no key has')

  async function call<Output>(name: string, init: RequestInit): Promise<Output> {
    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' }
    const signal = AbortSignal.timeout(timeoutMs)
    const request = { ...init, headers, signal, redirect: 'error' } as const
    const response = await fetch(`${target}/trpc/${name}`, request).catch((error: unknown) => {
      const detail = `The server did not answer at ${target}`
      throw new TintypeError('NETWORK_ERROR', detail, { cause: reasonOf(error) })
    })
    const body: unknown = await response.json().catch(() => undefined)
    const { result, error } = (body ?? {}) as TrpcAnswer
    if (response.ok && result !== undefined) return result.data as Output
    const detail = `Expected a Tintype server at ${target}; it answered with the status ${response.status}`
    throw fromProblem(error?.data) ?? fromProblem(body) ?? new TintypeError('NETWORK_ERROR', detail)
  }
  const change = <Output>(name: string, input: object) =>
    call<Output>(name, { method: 'POST', body: JSON.stringify(input) })

  return {
    create: (choice) => change<CreatedApiKey>('keys.create', choice),
    list: () => call<readonly ApiKey[]>('keys.list', { method: 'GET' }),
    rotate: (choice) => change<CreatedApiKey>('keys.rotate', choice),
    revoke: (id) => change<ApiKey>('keys.revoke', { id }),
    async [Symbol.asyncDispose]() {},
  }
}

/** What tRPC answers to one call. */
interface TrpcAnswer {
  readonly result?: { readonly data: unknown }
  readonly error?: { readonly data?: unknown }
}

function parseTarget(text: string): string {
  const url = URL.parse(text)
  const isPlain = url !== null && !url.username && !url.password && !url.search && !url.hash
  if (!isPlain || !/^https?:$/.test(url.protocol))
    throw new ConfigError('--url: expected the address of a server, such as https://photos.example.com')
  return url.href.replace(/\/+$/, '')
}

/** `fetch` names the reason in the error's cause. */
function reasonOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error
}
