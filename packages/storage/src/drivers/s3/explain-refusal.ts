import { TintypeError } from '@tintype/contract'
import type { BucketLocation } from './bucket.ts'
import { causeOf, type EngineFailure, readFailure } from './engine-failure.ts'

const rights =
  's3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload and s3:ListBucketMultipartUploads'
const ofCredentials = [
  'SignatureDoesNotMatch',
  'InvalidAccessKeyId',
  'ExpiredToken',
  'InvalidToken',
  'TokenRefreshRequired',
  'InvalidClientTokenId',
]
const ofRegion = [
  'PermanentRedirect',
  'TemporaryRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]

/**
 * Says what the operator must change when a bucket cannot be used at the start (threats B207, B212). No credential is part of
 * the message or its cause.
 *
 * @returns STORAGE_UNAVAILABLE
 */
export function explainRefusal(error: unknown, location: BucketLocation): TintypeError {
  const failure = readFailure(error)
  const where = `"${location.bucket}" at ${location.endpoint ?? 'AWS'}`
  return new TintypeError(
    'STORAGE_UNAVAILABLE',
    `The bucket ${where} cannot be used: ${reasonOf(failure, location)}`,
    { cause: causeOf(failure) },
  )
}

function reasonOf({ kind, code, status }: EngineFailure, { region }: BucketLocation): string {
  if (kind === 'bucket' || kind === 'absent') return 'it does not exist. Create it, or correct its name'
  if (code === 'CredentialsProviderError')
    return 'there are no credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or another source that the AWS SDK reads'
  if (ofCredentials.includes(code))
    return `the credentials are refused (${code}). Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN`
  if (code === 'RequestTimeTooSkewed') return "this machine's clock differs from the engine's"
  if (ofRegion.includes(code) || status === 301 || status === 307)
    return `it is in another region than ${region ?? 'the configured one'} (${code}). Set the right one with ?region=`
  if (status === 401 || status === 403) return `access is denied (${code}). The credentials need ${rights}`
  if (isOfTls(code))
    return `its TLS certificate is not trusted (${code}). Add its authority with NODE_EXTRA_CA_CERTS, or correct the host name`
  if (/^(EPROTO|ERR_SSL_)/.test(code))
    return `the endpoint does not speak TLS (${code}). Is its URL an http:// one?`
  if (status === undefined)
    return `the endpoint cannot be reached (${code}). Check its host name, its port and that it runs`
  return `the engine answered ${code} (HTTP ${status})`
}

/** Node has no common prefix for what is wrong with a certificate. */
function isOfTls(code: string): boolean {
  return /CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|SELF_SIGNED|ERR_TLS_/.test(code)
}
