import type { Signer } from '../signing/signing-secrets.ts'

/** Names callers in the upload tokens that they make. */
export interface MinterNames {
  /** The name of a caller: its id, and for the operator's key also which key that was. */
  write(callerId: string): string
  /** The id of the caller that has this name; `undefined` if the operator's key was changed since. */
  read(name: string): string | undefined
}

/**
 * Every key of the operator has the id `env`, so a MAC of its hash says which one made a token: when the operator's key is
 * changed, its tokens end (threat B222). A plain hash would let the holder of a token test guesses of the key.
 */
export function createMinterNames({
  signer,
  adminKeyHash,
}: {
  readonly signer: Signer
  /** SHA-256 of the operator's key; absent if it has none. */
  readonly adminKeyHash?: Uint8Array | undefined
}): MinterNames {
  const text = adminKeyHash && Buffer.from(adminKeyHash).toString('hex')
  return {
    write: (callerId) =>
      callerId === 'env' && text !== undefined
        ? `env:${signer.kid}:${signer.sign('admin-key', text)}`
        : callerId,
    read(name) {
      if (name !== 'env' && !name.startsWith('env:')) return name
      const [, kid = '', mac = ''] = /^env:([^:]+):([^:]+)$/.exec(name) ?? []
      return text !== undefined && signer.verify('admin-key', kid, text, mac) ? 'env' : undefined
    },
  }
}
