import type { AccessCatalog } from '@tintype/catalog'
import { type Caller, TintypeError, type UploadToken } from '@tintype/contract'
import { assertMintable } from '../keys/assert-mintable.ts'
import type { Signer } from '../signing/signing-secrets.ts'
import type { MinterNames } from '../tokens/minter-names.ts'
import { mintUploadToken, type UploadTokenChoice } from '../tokens/upload-token.ts'
import { auditAccess, type RecordSource, type Requester } from './audit-access.ts'

/** What the use-cases of upload tokens work with. */
export interface UploadTokenDependencies extends RecordSource {
  readonly catalog: Pick<AccessCatalog, 'revokeToken'>
  readonly signer: Signer
  readonly minters: MinterNames
  /** What every URL starts with: the public origin, the base path, both or nothing. */
  readonly baseUrl?: string | undefined
}

/** The longest life of a token: how long a revocation must be remembered. */
const longestLifeMs = 86_400_000

/** Everything that is done with upload tokens. */
export type UploadTokenUseCases = ReturnType<typeof createUploadTokenUseCases>

/** Creates the use-cases of upload tokens. */
export function createUploadTokenUseCases(deps: UploadTokenDependencies) {
  const { catalog, signer, minters, baseUrl = '', ...source } = deps

  function mint(choice: UploadTokenChoice, { caller }: Requester): UploadToken {
    if (!mayMint(caller))
      throw new TintypeError('FORBIDDEN', 'Only API keys and JWTs of the application make upload tokens', {
        facts: { needs: 'tokens:mint with an API key' },
      })
    if (caller.kind === 'jwt' && choice.metadata !== undefined)
      throw new TintypeError('FORBIDDEN', 'Only API keys may set metadata', {
        facts: { needs: 'tokens:mint with an API key' },
      })
    const owner = choice.owner ?? caller.scope.owner
    const { expiresAtMs, limits } = caller
    // The token ends with its minter and has its limits, so only rights and owner can be too wide.
    assertMintable(caller, { scopes: ['upload'], owner, expiresAtMs, limits })
    const { token, id, expiresAtSeconds } = mintUploadToken(
      owner === undefined ? choice : { ...choice, owner },
      {
        signer,
        minterId: minters.write(caller.id),
        nowMs: source.now(),
        notAfterSeconds: expiresAtMs === undefined ? undefined : expiresAtMs / 1000,
      },
    )
    return { token, id, expiresAt: new Date(expiresAtSeconds * 1000).toISOString(), url: `${baseUrl}/photos` }
  }

  return {
    /**
     * Makes one upload token, or one for each choice, in the same order. Nothing is stored until a token is used.
     *
     * @throws FORBIDDEN if one would be wider than the caller; INVALID_REQUEST if one is too large. Then none is made
     */
    async createUpload(
      choices: UploadTokenChoice | readonly UploadTokenChoice[],
      requester: Requester,
    ): Promise<UploadToken | readonly UploadToken[]> {
      if (!isList(choices)) return mint(choices, requester)
      return choices.map((choice) => mint(choice, requester))
    },

    /**
     * Ends a token within a second, whether or not it was used. Its id cannot be guessed, so a caller that knows it has
     * received it.
     */
    async revoke(id: string, requester: Requester): Promise<void> {
      const { owner = null } = requester.caller.scope
      const expiresAt = new Date(source.now() + longestLifeMs).toISOString()
      const change = { action: 'token.revoke', target: id, owner }
      await catalog.revokeToken({ id, expiresAt }, auditAccess(requester, change, source))
    },
  }
}

/** A token ends with the credential that made it, so there must be one; the application that embeds the server needs none. */
const mayMint = ({ kind }: Caller) => kind === 'key' || kind === 'jwt' || kind === 'local'

function isList(
  choices: UploadTokenChoice | readonly UploadTokenChoice[],
): choices is readonly UploadTokenChoice[] {
  return Array.isArray(choices)
}
