import { photoFormats } from '@tintype/contract'
import { accessVariables } from './access/access-variables.ts'
import {
  durabilities,
  eagerRenditions,
  inspections,
  logFormats,
  logLevels,
  mediaDeliveries,
} from './choices.ts'
import { parseCatalogUrl, parseListenUrl } from './engines/catalog-url.ts'
import { parseStorageUrl } from './engines/storage-url.ts'
import {
  listOf,
  oneOf,
  optional,
  parseAccelPrefix,
  parseAllowedHost,
  parseBasePath,
  parseByteSize,
  parseDirectory,
  parseDurationMs,
  parseExactOrigin,
  parseHeaderName,
  parseListenHost,
  parseMs,
  parsePath,
  parsePortOrOff,
  parsePublicUrl,
  parseSeconds,
  parseSwitch,
  ValueRefused,
  wholeNumber,
} from './values.ts'
import type { Variable } from './variable.ts'

const formats = listOf(oneOf(photoFormats))

/** All settings. `docs/configuration.md` and `.env.example` are tested against this table. */
export const variables = {
  host: {
    name: 'TINTYPE_HOST',
    default: '127.0.0.1',
    meaning:
      'Address or host name to listen on. On any other than loopback Tintype is closed, unless `TINTYPE_OPEN=1` is set.',
    parse: parseListenHost,
  },
  port: {
    name: 'TINTYPE_PORT',
    default: '3000',
    meaning: 'Port to listen on, 0 to 65535; 0 picks any free port. `PORT` is used if this is not set.',
    parse: wholeNumber('a port', { min: 0, max: 65_535 }),
  },
  operationsPort: {
    name: 'TINTYPE_OPERATIONS_PORT',
    default: '',
    meaning:
      'Port of its own for `/metrics`, `/readyz` and `/readyz/node`, on the same address; 0 picks any free port. `TINTYPE_PORT` answers them with 404 then. `off` serves them nowhere. Without it they are on `TINTYPE_PORT`. `/healthz` is on both.',
    parse: optional(parsePortOrOff),
  },
  dataDirectory: {
    name: 'TINTYPE_DATA_DIR',
    default: './data',
    meaning:
      'Directory of everything that Tintype stores on disk. A relative path starts at the working directory.',
    parse: parsePath('a directory'),
  },
  requiredMounts: {
    name: 'TINTYPE_REQUIRE_MOUNT',
    default: '',
    meaning:
      'Mount points, as absolute paths separated by commas. Tintype does not start while nothing is mounted on one of them. Those of `/etc/fstab` that the library is on are required without it.',
    parse: listOf(parseDirectory),
  },
  storage: {
    name: 'TINTYPE_STORAGE_URL',
    default: 'file:media',
    meaning:
      'Where bytes are stored: `file:` with a path (relative to the data directory), `s3://bucket/prefix`, or `memory:`, which loses everything on exit.',
    parse: parseStorageUrl,
  },
  catalog: {
    name: 'TINTYPE_DATABASE_URL',
    default: 'file:tintype.db',
    meaning:
      'Where rows are stored: `file:` with the path of an SQLite database (relative to the data directory), `postgres://user:password@host/database`, or `memory:`.',
    parse: parseCatalogUrl,
  },
  databaseListen: {
    name: 'TINTYPE_DATABASE_LISTEN_URL',
    default: '',
    meaning:
      'The PostgreSQL database of `TINTYPE_DATABASE_URL` without the pooler, to hear what other servers change. Needed with `pooler=transaction` only.',
    parse: optional(parseListenUrl),
  },
  durability: {
    name: 'TINTYPE_DURABILITY',
    default: 'full',
    meaning:
      'What a 201 survives: `full` a power cut, `relaxed` only the death of the process. After a power cut under `relaxed` the newest photos can be lost or broken, and deleted ones can be back: run `tintype doctor`.',
    parse: oneOf(durabilities),
  },
  inspection: {
    name: 'TINTYPE_INSPECTION',
    default: 'decode',
    meaning:
      'What an upload waits for: `decode` that the image decodes, `header` only that its header is sound. With `header` the `placeholder` is empty until the thumbnail is made.',
    parse: oneOf(inspections),
  },
  eagerRenditions: {
    name: 'TINTYPE_EAGER_RENDITIONS',
    default: 'thumb',
    meaning:
      'Renditions made before their first view: `thumb` the thumbnail, `grid` also `w480`, which grids of photos show, `ladder` also every width that a photo has, in WebP and AVIF.',
    parse: oneOf(eagerRenditions),
  },
  renditionCacheByteSize: {
    name: 'TINTYPE_RENDITION_CACHE',
    default: '',
    meaning:
      'Most bytes of all renditions, with units as in `TINTYPE_MAX_UPLOAD_SIZE`, such as `50gb`. Those that were not used for longest are removed, and made again at their next view. Without it there is no such limit.',
    parse: optional(parseByteSize),
  },
  photoRenditionCacheByteSize: {
    name: 'TINTYPE_RENDITION_CACHE_PER_PHOTO',
    default: '64mb',
    meaning:
      'Most bytes of the renditions of one photo. If a new one is over it, the largest others are removed, and made again at their next view.',
    parse: parseByteSize,
  },
  eventRetentionSeconds: {
    name: 'TINTYPE_EVENT_RETENTION',
    default: '7d',
    meaning:
      'How long changes of photos are kept for clients that connect again, `1h` to `90d`, with a unit: `h` or `d`.',
    parse: parseSeconds({ min: 3600, max: 90 * 86_400, expected: 'a time from 1h to 90d' }),
  },
  quarantineRetentionSeconds: {
    name: 'TINTYPE_QUARANTINE_RETENTION',
    default: '',
    meaning:
      'How long files stay in `quarantine/`, `1d` to `3650d`, with a unit: `h` or `d`. Older ones are removed for ever, which cannot be undone. Without it they stay until you remove them.',
    parse: optional(parseSeconds({ min: 86_400, max: 3650 * 86_400, expected: 'a time from 1d to 3650d' })),
  },
  publicUrl: {
    name: 'TINTYPE_PUBLIC_URL',
    default: '',
    meaning:
      'URL under which clients reach Tintype, such as `https://photos.example.com`. A path in it replaces the base path in URLs. Without it URLs are root-relative.',
    parse: optional(parsePublicUrl),
  },
  basePath: {
    name: 'TINTYPE_BASE_PATH',
    default: '/',
    meaning:
      'Path below which Tintype serves everything, such as `/files`. URLs in its answers start with it, unless the public URL has a path; nothing is served outside.',
    parse: parseBasePath,
  },
  accelPrefix: {
    name: 'TINTYPE_ACCEL_PREFIX',
    default: '',
    meaning:
      'Path of an internal location in nginx that serves the media directory, such as `/_media`, or passes requests to the S3 engine, such as `/_s3`. Tintype then decides who may read, and nginx sends the bytes (`X-Accel-Redirect`).',
    parse: parseAccelPrefix,
  },
  mediaDelivery: {
    name: 'TINTYPE_MEDIA_DELIVERY',
    default: 'stream',
    meaning:
      'How media in a bucket are delivered: `stream` Tintype sends their bytes, `redirect` Tintype redirects to a signed URL of the S3 engine.',
    parse: oneOf(mediaDeliveries),
  },
  staticDirectory: {
    name: 'TINTYPE_STATIC_DIR',
    default: '',
    meaning:
      'Directory of the web bundle served at `/` and `/static`, below the base path. Without it the gallery that comes with Tintype is served.',
    parse: optional(parsePath('a directory')),
  },
  maxUploadByteSize: {
    name: 'TINTYPE_MAX_UPLOAD_SIZE',
    default: '25mb',
    meaning:
      'Largest file, in bytes or with `b`, `kb`, `mb`, `gb` (or `kib`, `mib`, `gib`). All units are powers of 1024.',
    parse: parseByteSize,
  },
  allowedFormats: {
    name: 'TINTYPE_ALLOWED_FORMATS',
    default: photoFormats.join(','),
    meaning: 'Formats that may be uploaded, separated by commas; any of those in the default.',
    parse: (text: string) => {
      const chosen = formats(text)
      if (chosen.length > 0) return chosen
      throw new ValueRefused(`expected at least one of ${photoFormats.join(', ')}`)
    },
  },
  maxPixels: {
    name: 'TINTYPE_MAX_PIXELS',
    default: '120000000',
    meaning:
      'Most pixels of an image: width × height; of an animation, of one frame. Half of it for AVIF, and at most 50 million, because AVIF takes more memory to decode.',
    parse: wholeNumber('a number of pixels', { min: 2, max: 100_000_000_000 }),
  },
  maxConcurrentUploads: {
    name: 'TINTYPE_MAX_CONCURRENT_UPLOADS',
    default: '64',
    meaning:
      'Uploads at the same time, 1 to 10000, shared by the callers. One more is answered 503 with `Retry-After`.',
    parse: wholeNumber('a number', { min: 1, max: 10_000 }),
  },
  decoders: {
    name: 'TINTYPE_DECODERS',
    default: '',
    meaning:
      'Images that are decoded at the same time, 1 to 256. Without it: one for each processor, and at most one for each 512 MiB of memory beyond 256 MiB. Divide them between servers on one machine.',
    parse: optional(wholeNumber('a number', { min: 1, max: 256 })),
  },
  uploadIdleTimeoutMs: {
    name: 'TINTYPE_UPLOAD_IDLE_TIMEOUT',
    default: '15s',
    meaning: 'How long an upload may send nothing, with a unit: `ms`, `s` or `m`; at most `60m`.',
    parse: parseDurationMs,
  },
  corsOrigins: {
    name: 'TINTYPE_CORS_ORIGINS',
    default: '',
    meaning:
      'Exact origins, separated by commas, whose pages may write and read answers. Those of web views and extensions are written as they send them, such as `capacitor://localhost`. Loopback origins may too while Tintype listens on loopback.',
    parse: listOf(parseExactOrigin),
  },
  corsHeaders: {
    name: 'TINTYPE_CORS_HEADERS',
    default: '',
    meaning:
      'Request headers, separated by commas, that pages of those origins may send besides the ones that Tintype reads.',
    parse: listOf(parseHeaderName),
  },
  allowedHosts: {
    name: 'TINTYPE_ALLOWED_HOSTS',
    default: '',
    meaning:
      'Host names and IP addresses, separated by commas, that are answered besides those of the public URL and of this machine. With it, a server on any address answers no other names.',
    parse: listOf(parseAllowedHost),
  },
  isOpen: {
    name: 'TINTYPE_OPEN',
    default: '0',
    meaning:
      '`1` confirms that anyone who can reach this address may upload, read and delete: the server is open on any address.',
    isSwitch: true,
    parse: parseSwitch,
  },
  ...accessVariables,
  logLevel: {
    name: 'TINTYPE_LOG_LEVEL',
    default: 'info',
    meaning: `Lowest level that is logged: ${logLevels.map((level) => `\`${level}\``).join(', ')}.`,
    parse: oneOf(logLevels),
  },
  drainDelayMs: {
    name: 'TINTYPE_DRAIN_DELAY',
    default: '0s',
    meaning:
      'How long a server that is stopped still accepts requests while `/readyz` and `/readyz/node` say that it stops, with a unit: `ms`, `s` or `m`; at most `10m`. Load balancers need about two of their checks.',
    parse: parseMs({ min: 0, max: 600_000, expected: 'a time from 0s to 10m' }),
  },
  stopTimeoutMs: {
    name: 'TINTYPE_STOP_TIMEOUT',
    default: '30s',
    meaning:
      'How long requests may take to end, after that delay, before they are ended with 503, with a unit: `ms`, `s` or `m`; at most `60m`.',
    parse: parseDurationMs,
  },
  logFormat: {
    name: 'TINTYPE_LOG_FORMAT',
    default: 'auto',
    meaning:
      'Form of the log: `json` one object a line, `text` lines for people, `auto` text on a terminal and otherwise JSON.',
    parse: oneOf(logFormats),
  },
} as const satisfies Record<string, Variable<unknown>>

/** Key of a setting in the table. */
export type VariableKey = keyof typeof variables

/** The value of every setting, each as its own `parse` reads it. */
export type VariableValues = { [Key in VariableKey]: ReturnType<(typeof variables)[Key]['parse']> }
