import { expect, test } from 'vitest'
import { hashApiKey } from '../keys/api-key.ts'
import { createSigner, makeSigningSecret, parseSigningSecrets } from '../signing/signing-secrets.ts'
import { createMinterNames } from './minter-names.ts'

const secret = makeSigningSecret()
const signer = createSigner(parseSigningSecrets(secret))
const adminKeyHash = hashApiKey('first')
const minters = createMinterNames({ signer, adminKeyHash })

test.each(['key:abc', 'jwt:env', 'local', 'local:env'])('%s has its id as its name', (id) => {
  expect(minters.write(id)).toBe(id)
  expect(minters.read(id)).toBe(id)
})

test('B222 the name of the operator’s key is that of no later one', () => {
  const name = minters.write('env')
  expect(minters.read(name)).toBe('env')
  for (const hash of [hashApiKey('second'), undefined])
    expect(createMinterNames({ signer, adminKeyHash: hash }).read(name)).toBeUndefined()
  for (const other of [
    'env',
    'env:',
    `${name}A`,
    name.slice(0, -1),
    `${name}:`,
    name.replace(/:.*:/, ':other:'),
  ])
    expect(minters.read(other)).toBeUndefined()
})

test('it outlives a new signing secret, and shows nothing of the key', () => {
  const name = minters.write('env')
  const both = createSigner(parseSigningSecrets(`${makeSigningSecret()},${secret}`))
  expect(createMinterNames({ signer: both, adminKeyHash }).read(name)).toBe('env')
  expect(name).not.toContain(adminKeyHash.toString('hex').slice(0, 8))
})
