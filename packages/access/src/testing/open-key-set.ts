import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

/** When all JWTs of the tests are issued: Unix time, milliseconds. */
export const issuedAtMs = 1_800_000_000_000

/** Claims that every verifier of the tests accepts. */
export const validClaims: JWTPayload = {
  iss: 'https://app.example',
  aud: 'tintype',
  sub: 'user:1',
  iat: issuedAtMs / 1000,
  exp: issuedAtMs / 1000 + 3600,
}

/** A key pair whose public half can be served, and a way to sign with the other half. */
export async function makeIssuerKey(kid: string, algorithm = 'ES256') {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true })
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' }
  const sign = (claims: JWTPayload = {}, header: Record<string, unknown> = {}) =>
    new SignJWT({ ...validClaims, ...claims })
      .setProtectedHeader({ alg: algorithm, kid, typ: 'JWT', ...header })
      .sign(privateKey)
  return { jwk, publicKey, sign }
}

/** A JSON Web Key Set on a free loopback port. */
export async function openKeySet(keys: readonly JWK[]) {
  const state: { keys: readonly JWK[]; answer?: RequestListener; requests: number } = { keys, requests: 0 }
  const server = createServer((req, res) => {
    state.requests += 1
    if (state.answer) state.answer(req, res)
    else res.setHeader('Content-Type', 'application/json').end(JSON.stringify({ keys: state.keys }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  return {
    state,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    close,
    [Symbol.asyncDispose]: close,
  }
}
