import type {
  ApiKey,
  AuditPage,
  Caller,
  CallerLimits,
  CreatedApiKey,
  OwnerUsage,
  PhotoId,
  Scope,
  SignatureCover,
  SignedUrl,
  UploadTerms,
  UploadToken,
} from '@tintype/contract'

/** The sender of a call, and its request. */
interface Requester {
  caller: Caller
  requestId: string
}

/** What a new upload token is to have. */
type UploadTokenChoice = UploadTerms & { expiresInSeconds: number }

/**
 * The use-cases of access that the procedures call. Plain types, as those of photos. `createAccessUseCases` of
 * `packages/access` satisfies it.
 */
export interface AccessUseCases {
  keys: {
    create(
      choice: {
        name: string
        scopes: Scope[]
        owner?: string | undefined
        expiresAt?: string | undefined
        limits?: CallerLimits | undefined
      },
      requester: Requester,
    ): Promise<CreatedApiKey>
    list(requester: Requester): Promise<readonly ApiKey[]>
    rotate(choice: { id: string; overlapSeconds: number }, requester: Requester): Promise<CreatedApiKey>
    revoke(id: string, requester: Requester): Promise<ApiKey>
  }
  tokens: {
    createUpload(
      choices: UploadTokenChoice | UploadTokenChoice[],
      requester: Requester,
    ): Promise<UploadToken | readonly UploadToken[]>
    revoke(id: string, requester: Requester): Promise<void>
  }
  urls: {
    sign(
      choice: {
        photoId?: PhotoId | undefined
        paths?: string[] | undefined
        covers?: SignatureCover | undefined
        expiresInSeconds?: number | 'never' | undefined
        download?: boolean | undefined
      },
      requester: Requester,
    ): Promise<readonly SignedUrl[]>
  }
  owners: {
    usage(choice: { owner?: string | undefined }, requester: Requester): Promise<OwnerUsage>
    setQuota(
      choice: { owner: string; maxPhotos?: number | null | undefined; maxBytes?: number | null | undefined },
      requester: Requester,
    ): Promise<OwnerUsage>
  }
  audit: {
    list(
      query: {
        limit: number
        cursor?: string | undefined
        actor?: string | undefined
        target?: string | undefined
      },
      requester: Requester,
    ): Promise<AuditPage>
  }
}
