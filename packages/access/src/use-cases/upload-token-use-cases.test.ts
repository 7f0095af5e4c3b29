import { openCaller, type UploadToken } from '@tintype/contract'
import { parseInput, uploadTokenInput } from '@tintype/contract/schemas'
import { describe, expect, test } from 'vitest'
import { catalogDrivers, openAccess, requesterWith } from '../testing/open-access.ts'

const operator = requesterWith(['admin'])
const choice = (terms: object = {}) => parseInput(uploadTokenInput, terms)
const one = (made: UploadToken | readonly UploadToken[]) => made as UploadToken
const invalid = { code: 'UNAUTHENTICATED', facts: { reason: 'invalid' } }

describe.each(catalogDrivers)('upload tokens over the %s catalog', (driver) => {
  test('have the terms that were chosen, and the address to send photos to', async () => {
    await using access = await openAccess(driver)
    const { key, id: keyId } = await access.keys.create({ name: 'x', scopes: ['manage'] }, operator)
    const requester = { caller: await access.verifyKey(key), requestId: 'r' }
    const terms = choice({ owner: 'alice', uses: 3, tags: ['a'], metadata: { order: 1 } })
    const made = one(await access.tokens.createUpload(terms, requester))
    expect(made).toEqual({
      token: expect.stringMatching(/^ttu\./),
      id: expect.stringMatching(/^[\w-]{16}$/),
      expiresAt: new Date(access.clock.nowMs + 900_000).toISOString(),
      url: 'https://photos.example/base/photos',
    })
    expect(await access.verifyToken(made.token)).toMatchObject({
      scope: { owner: 'alice' },
      grant: { id: made.id, uses: 3, tags: ['a'], metadata: { order: 1 }, key: `key:${keyId}` },
    })
    expect(await access.entries()).toMatchObject([{ action: 'key.create' }])
  })

  test('are as many as their choices, in the same order, or none', async () => {
    await using access = await openAccess(driver)
    const { tokens } = access
    const alice = requesterWith(['manage'], { owner: 'alice' })
    const made = await tokens.createUpload([choice({ title: 'a' }), choice({ title: 'b' })], alice)
    const grants = await Promise.all(
      (made as UploadToken[]).map(async ({ token }) => {
        const payload = Buffer.from(token.split('.')[2] ?? '', 'base64url').toString()
        return JSON.parse(payload)
      }),
    )
    expect(grants).toMatchObject([
      { title: 'a', owner: 'alice' },
      { title: 'b', owner: 'alice' },
    ])
    const mixed = [choice({ owner: 'alice' }), choice({ owner: 'bob' })]
    await expect(tokens.createUpload(mixed, alice)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  test('B222: are not wider than their caller', async () => {
    await using access = await openAccess(driver)
    const { tokens, clock } = access
    const alice = requesterWith(['manage'], { owner: 'alice', expiresAtMs: clock.nowMs + 30_000 })
    await expect(tokens.createUpload(choice({ owner: 'bob' }), alice)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    const made = one(await tokens.createUpload(choice({ expiresInSeconds: 86_400 }), alice))
    expect(made.expiresAt).toBe(new Date(clock.nowMs + 30_000).toISOString())
    const reader = requesterWith(['read'])
    await expect(tokens.createUpload(choice(), reader)).rejects.toMatchObject({
      facts: { needs: 'photos:create' },
    })
  })

  test('of a JWT set no metadata, which only keys may set', async () => {
    await using access = await openAccess(driver)
    const user = requesterWith(['manage'], { kind: 'jwt', id: 'jwt:alice', owner: 'alice' })
    const { tokens } = access
    await expect(tokens.createUpload(choice({ metadata: {} }), user)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    expect(await access.verifyToken(one(await tokens.createUpload(choice(), user)).token)).toMatchObject({
      grant: { key: 'jwt:alice' },
    })
  })

  test('are made by callers with a credential only, because they end with it', async () => {
    await using access = await openAccess(driver)
    const requester = { caller: openCaller, requestId: 'r' }
    await expect(access.tokens.createUpload(choice(), requester)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  test('B222: are refused within a second after they or their key were revoked', async () => {
    await using access = await openAccess(driver)
    const { keys, tokens, clock, verifyToken } = access
    const { key, id } = await keys.create({ name: 'x', scopes: ['manage'] }, operator)
    const requester = { caller: await access.verifyKey(key), requestId: 'r' }
    const [first, second] = (await tokens.createUpload([choice(), choice()], requester)) as UploadToken[]
    await Promise.all([first, second].map((made) => verifyToken(made?.token ?? '')))
    await tokens.revoke(first?.id ?? '', requester)
    clock.nowMs += 1000
    await expect(verifyToken(first?.token ?? '')).rejects.toMatchObject(invalid)
    await verifyToken(second?.token ?? '')
    await keys.revoke(id, operator)
    clock.nowMs += 1000
    await expect(verifyToken(second?.token ?? '')).rejects.toMatchObject(invalid)
    const [, entry] = await access.entries()
    expect(entry).toMatchObject({ action: 'token.revoke', target: first?.id, actor: `key:${id}` })
    expect(JSON.stringify(await access.entries())).not.toContain(first?.token)
  })

  test('B222: stay revoked for as long as they could be valid', async () => {
    await using access = await openAccess(driver)
    const made = one(await access.tokens.createUpload(choice({ expiresInSeconds: 86_400 }), operator))
    await access.tokens.revoke(made.id, operator)
    const expiredBefore = made.expiresAt
    await access.catalog.forgetAccess({ auditBefore: expiredBefore, expiredBefore })
    expect(await access.catalog.isTokenRevoked(made.id)).toBe(true)
  })
})
