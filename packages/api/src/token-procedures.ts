import type { UploadToken } from '@tintype/contract'
import type { CallOptions } from './procedures.ts'
import type { TokenProcedures as RouterTokens, UploadTokenInput } from './server-procedures.ts'

/** Calls about upload tokens. */
export interface TokenProcedures {
  /**
   * Makes an upload token; for an array of 1 to 100 inputs, an array of them in the same order.
   *
   * @throws TintypeError `FORBIDDEN` if it would be wider than the caller
   * @example
   * const { token, url } = await tintype.tokens.createUpload.mutate({ owner: user.id, maxByteSize: 5_000_000 })
   */
  readonly createUpload: {
    mutate(input: UploadTokenInput, options?: CallOptions): Promise<UploadToken>
    mutate(inputs: readonly UploadTokenInput[], options?: CallOptions): Promise<readonly UploadToken[]>
  }
  /** Ends an upload token within a second. */
  readonly revoke: RouterTokens['revoke']
}
