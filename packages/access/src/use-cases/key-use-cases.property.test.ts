import { type Caller, isTintypeError, rights, scopes } from '@tintype/contract'
import { array, assert, asyncProperty, constantFrom, nat, option, record, subarray } from 'fast-check'
import { expect, test } from 'vitest'
import { openAccess, requesterWith } from '../testing/open-access.ts'

const limitNames = ['requestsPerMinute', 'maxPhotos', 'maxBytes', 'maxByteSize'] as const
const limit = option(nat(3), { nil: undefined })
const choices = record({
  scopes: subarray([...scopes], { minLength: 1 }),
  owner: option(constantFrom('alice', 'bob'), { nil: undefined }),
  endsInMs: option(constantFrom(1000, 2000, 3000), { nil: undefined }),
  limits: record({ requestsPerMinute: limit, maxPhotos: limit, maxBytes: limit, maxByteSize: limit }),
})

test('B222: however keys make keys of each other, none is wider than those before it', async () => {
  await assert(
    asyncProperty(
      array(choices, { minLength: 1, maxLength: 6 }),
      array(constantFrom(true, false)),
      async (chain, turns) => {
        await using access = await openAccess('memory')
        let minter = requesterWith(['admin'])
        for (const [at, { endsInMs, ...choice }] of chain.entries()) {
          const expiresAt = endsInMs && new Date(access.clock.nowMs + endsInMs).toISOString()
          const made = await access.keys
            .create({ name: 'x', ...choice, expiresAt: expiresAt || undefined }, minter)
            .catch(refusal)
          if (made === undefined) continue
          const rotated = turns[at]
            ? await access.keys.rotate({ id: made.id, overlapSeconds: 60 }, minter)
            : made
          const caller = await access.verifyKey(rotated.key)
          expectWithin(caller, minter.caller)
          if (caller.may('keys:manage')) minter = { caller, requestId: 'r' }
        }
      },
    ),
  )
})

function refusal(error: unknown): undefined {
  if (!isTintypeError(error) || error.code !== 'FORBIDDEN') throw error
}

function expectWithin(caller: Caller, minter: Caller): void {
  for (const right of rights) if (caller.may(right)) expect(minter.may(right)).toBe(true)
  if (minter.scope.owner !== undefined) expect(caller.scope.owner).toBe(minter.scope.owner)
  const { POSITIVE_INFINITY: endless } = Number
  expect(caller.expiresAtMs ?? endless).toBeLessThanOrEqual(minter.expiresAtMs ?? endless)
  for (const name of limitNames)
    expect(caller.limits?.[name] ?? endless).toBeLessThanOrEqual(minter.limits?.[name] ?? endless)
}
