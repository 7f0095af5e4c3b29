import { type Caller, openCaller, type Right, rights } from '@tintype/contract'
import { getTRPCErrorFromUnknown } from '@trpc/server'
import { describe, expect, test } from 'vitest'
import type { AccessUseCases } from '../access-use-cases.ts'
import { appRouter } from '../app-router.ts'
import type { ApiContext } from '../context.ts'
import { listProcedures } from '../procedure-types.ts'
import { toTintypeError } from '../to-tintype-error.ts'

const photoId = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a4'
const keyId = 'A'.repeat(12)
const tokenId = 'a'.repeat(16)

/** Each procedure about access: its right, an input, and the arguments that its use-case gets besides the requester. */
const procedures: Record<string, { right: Right; input?: object; passed?: unknown[] }> = {
  'keys.create': {
    right: 'keys:manage',
    input: { name: 'shop', scopes: ['read'] },
    passed: [{ name: 'shop', scopes: ['read'], limits: {} }],
  },
  'keys.list': { right: 'keys:manage', passed: [] },
  'keys.rotate': {
    right: 'keys:manage',
    input: { id: keyId },
    passed: [{ id: keyId, overlapSeconds: 86_400 }],
  },
  'keys.revoke': { right: 'keys:manage', input: { id: keyId }, passed: [keyId] },
  'tokens.createUpload': {
    right: 'tokens:mint',
    input: [{ uses: 2 }],
    passed: [[{ uses: 2, expiresInSeconds: 900 }]],
  },
  'tokens.revoke': { right: 'tokens:mint', input: { id: tokenId }, passed: [tokenId] },
  'urls.sign': { right: 'urls:sign', input: { photoId }, passed: [{ photoId }] },
  'owners.usage': { right: 'photos:read', input: { owner: 'alice' }, passed: [{ owner: 'alice' }] },
  'owners.setQuota': {
    right: 'keys:manage',
    input: { owner: 'alice', maxBytes: null },
    passed: [{ owner: 'alice', maxBytes: null }],
  },
  'audit.list': { right: 'audit:read', input: { cursor: null }, passed: [{ limit: 20, cursor: undefined }] },
}
const rows = Object.entries(procedures).map(([name, row]) => ({ name, ...row }))

const closedCaller = (may: (right: Right) => boolean): Caller => ({
  kind: 'key',
  id: 'key:a',
  scope: { includesPrivate: true },
  may,
})

/** Calls a procedure by its full name, and records what its use-case gets. Rejects with a `TintypeError`. */
async function call(name: string, { input, caller, isOpen = false }: CallCase) {
  const received: unknown[][] = []
  const record = new Proxy(
    {},
    {
      get:
        () =>
        async (...given: unknown[]) =>
          void received.push(given),
    },
  )
  const access = new Proxy({}, { get: () => record }) as AccessUseCases
  const context: ApiContext = {
    photos: {} as ApiContext['photos'], // the procedures about access call none of them
    access: isOpen ? undefined : access,
    caller,
    version: '1.2.3',
    requestId: 'request-1',
  }
  const [group = '', member = ''] = name.split('.')
  const groups = appRouter.createCaller(context) as unknown as Record<
    string,
    Record<string, (input: unknown) => Promise<unknown>>
  >
  try {
    await groups[group]?.[member]?.(input)
    return received
  } catch (thrown) {
    throw toTintypeError(getTRPCErrorFromUnknown(thrown))
  }
}

interface CallCase {
  readonly input: unknown
  readonly caller: Caller
  readonly isOpen?: boolean
}

test('every procedure about access is in the table', () => {
  const about = [...listProcedures(appRouter).keys()].filter(
    (name) => !/^(photos|tags|thumbnails|system)\./.test(name),
  )
  expect(about.sort()).toEqual(Object.keys(procedures).sort())
})

describe.each(rows)('$name', ({ name, right, input, passed = [] }) => {
  test('calls its use-case with the input and the requester', async () => {
    const caller = closedCaller((one) => one === right)
    const [given, ...others] = await call(name, { input, caller })
    expect(others).toEqual([])
    expect(given?.slice(0, -1)).toEqual(passed)
    expect(given?.at(-1)).toMatchObject({ caller, requestId: 'request-1' })
  })

  test(`B222: is refused without the right ${right}, whatever else the caller may do`, async () => {
    const caller = closedCaller((one) => rights.includes(one) && one !== right)
    const refused = { code: 'FORBIDDEN', facts: { needs: right } }
    await expect(call(name, { input, caller })).rejects.toMatchObject(refused)
    await expect(call(name, { input: { wrong: true }, caller })).rejects.toMatchObject(refused)
  })

  test('is refused on an open server, which has no keys', async () => {
    await expect(call(name, { input, caller: openCaller, isOpen: true })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(/needs a closed server/),
    })
  })
})

test.each(rows.filter(({ input }) => input !== undefined))(
  '$name refuses an input that it does not know',
  async ({ name }) => {
    const caller = closedCaller(() => true)
    await expect(call(name, { input: { wrong: true }, caller })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      facts: { issues: expect.any(Array) },
    })
  },
)
