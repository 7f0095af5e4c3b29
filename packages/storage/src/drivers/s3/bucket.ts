import { S3Client } from '@aws-sdk/client-s3'
import { createGate, type Gate } from './gate.ts'

/** Where a bucket is, and how it is reached. Credentials come from the sources that the AWS SDK reads. */
export interface BucketLocation {
  readonly bucket: string
  /** Before every key, with its final slash; `''` for none. */
  readonly prefix: string
  /** Name of the object with the library's claim, with every prefix; `.library.json` below `prefix` if absent. */
  readonly claimName?: string | undefined
  /** `http` or `https` origin of the engine, perhaps with a path; that of AWS if absent. */
  readonly endpoint?: string | undefined
  /** Origin under which clients reach the engine; `endpoint` if absent. Only in URLs that are signed for them. */
  readonly publicEndpoint?: string | undefined
  /** If absent: `AWS_REGION` or the SDK's configuration, and `us-east-1` if there is an endpoint. */
  readonly region?: string | undefined
  /** Whether the bucket is named in the path instead of the host. */
  readonly isPathStyle: boolean
}

/** An opened bucket: what every call needs. */
export interface Bucket extends Disposable {
  readonly client: S3Client
  readonly location: BucketLocation
  /** Places for bodies that are read: each holds a connection. */
  readonly bodies: Gate
  /** Places for puts that hold a part in memory. */
  readonly parts: Gate
  /** Whether the engine obeys `If-None-Match` on a put. If not, a put looks first. */
  isConditional: boolean
}

const maxBodies = 256
const bodyWaitMs = 1000
const maxPartsInMemory = 4
const maxWritingSockets = 80
const connectTimeoutMs = 3000
const answerTimeoutMs = 10_000
// Longer than a body may be silent. The SDK counts the pauses of a slow reader too.
const socketTimeoutMs = 130_000

/** Creates the client. Makes no request. */
export function openBucket(location: BucketLocation): Bucket {
  const client = createClient(location)
  return {
    client,
    location,
    bodies: createGate({ places: maxBodies, maxWaitMs: bodyWaitMs }),
    parts: createGate({ places: maxPartsInMemory }),
    isConditional: true,
    [Symbol.dispose]: () => client.destroy(),
  }
}

/** @param credentials of another client; those that the SDK finds if absent */
export function createClient(
  { endpoint, region, isPathStyle }: BucketLocation,
  credentials?: S3Client['config']['credentials'],
): S3Client {
  const agent = { keepAlive: true, maxSockets: maxBodies + maxWritingSockets }
  return new S3Client({
    region: region ?? (() => findRegion(endpoint)),
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
    forcePathStyle: isPathStyle,
    // Otherwise a body is sent in chunks with a trailer, which many engines refuse or store as bytes.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Otherwise each put of 2 MiB or more opens a new connection.
    expectContinueHeader: false,
    maxAttempts: 4,
    retryMode: 'standard',
    logger: silent,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: answerTimeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: socketTimeoutMs,
      httpAgent: agent,
      httpsAgent: agent,
      logger: silent,
    },
  })
}

const ignore = () => undefined
/** The SDK would write to the console. What matters arrives as an error. */
const silent = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore }

async function findRegion(endpoint: string | undefined): Promise<string> {
  const configured = new S3Client({}).config.region()
  return endpoint === undefined ? configured : configured.catch(() => 'us-east-1')
}

/** The engine's name of a key. */
export function objectKey({ location: { prefix } }: Bucket, key: string): string {
  return `${prefix}${key}`
}

/** Below it are the objects of start-up checks and probes, which no key can name. */
export const probePrefix = '.probe/'
