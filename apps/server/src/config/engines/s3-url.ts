import { parseOrigin, ValueRefused } from '../values.ts'

/** What the S3 driver is opened with. */
export interface S3Settings {
  readonly kind: 's3'
  readonly bucket: string
  /** Before everything in the bucket, with a final slash; `''` if there is none. */
  readonly prefix: string
  /** `http` or `https` origin; AWS if absent. */
  readonly endpoint?: string | undefined
  /** `http` or `https` origin under which clients reach the engine; `endpoint` if absent. */
  readonly publicEndpoint?: string | undefined
  /** Found by the AWS SDK if absent. */
  readonly region?: string | undefined
  readonly isPathStyle: boolean
}

const parameters = ['endpoint', 'region', 'pathStyle', 'publicEndpoint']

/**
 * Reads what follows `s3:` in `s3://bucket/prefix?endpoint=https://…&region=…&pathStyle=1`; `undefined` for another form.
 *
 * @throws ValueRefused for a part that cannot be used. Credentials are never in the URL, which is shown in process lists.
 */
export function parseS3Url(rest: string): S3Settings | undefined {
  const [, user, bucket, path = '', query = ''] =
    /^\/\/([^/?#]*@)?([^/?#]+)(\/[^?#]*)?(?:\?([^#]*))?$/.exec(rest) ?? []
  if (bucket === undefined) return undefined
  if (user !== undefined)
    throw new ValueRefused(
      'expected no user and no password: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or another source that the AWS SDK reads',
    )
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
    throw new ValueRefused(
      'expected a bucket of 3 to 63 small letters, digits, dots and hyphens, such as s3://my-photos',
    )
  const given = new URLSearchParams(query)
  const names = [...given.keys()]
  if (names.some((name) => !parameters.includes(name)) || new Set(names).size < names.length)
    throw new ValueRefused(`expected no parameters but ${parameters.join(', ')}, each once`)
  const originOf = (name: string) => (given.has(name) ? parseOrigin(given.get(name) ?? '') : undefined)
  const endpoint = originOf('endpoint')
  return {
    kind: 's3',
    bucket,
    prefix: parsePrefix(path),
    endpoint,
    publicEndpoint: originOf('publicEndpoint'),
    region: parseRegion(given.get('region')),
    isPathStyle: parsePathStyle(given.get('pathStyle')) ?? endpoint !== undefined,
  }
}

/** `/a/b` or `/a/b/` → `a/b/`. Percent escapes are decoded. */
function parsePrefix(path: string): string {
  const prefix = decode(path).replace(/^\/|\/$/g, '')
  if (prefix === '') return ''
  const isPlain = prefix.split('/').every((segment) => !['', '.', '..'].includes(segment))
  if (isPlain && Buffer.byteLength(prefix) <= 700 && !/\p{Cc}/u.test(prefix)) return `${prefix}/`
  throw new ValueRefused(
    'expected a prefix of at most 700 bytes, such as /photos: no empty segment, no . or .., no control characters',
  )
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw new ValueRefused('expected a prefix whose percent escapes are UTF-8')
  }
}

function parseRegion(text: string | null): string | undefined {
  if (text === null || /^[a-z0-9-]{1,40}$/i.test(text)) return text ?? undefined
  throw new ValueRefused('expected a region such as eu-central-1')
}

function parsePathStyle(text: string | null): boolean | undefined {
  if (text === null) return undefined
  if (text === '1' || text === '0') return text === '1'
  throw new ValueRefused('expected pathStyle=1 (bucket in the path) or pathStyle=0 (bucket in the host name)')
}
