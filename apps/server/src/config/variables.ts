import { photoFormats } from '@tintype/contract'
import {
  engineUrl,
  listOf,
  oneOf,
  parseByteSize,
  parseDurationMs,
  parseExactOrigin,
  parseListenHost,
  parseOrigin,
  parseSwitch,
  ValueRefused,
  wholeNumber,
} from './values.ts'

/** One setting: what it is called, what it is without being set, what it is for, and how its text is read. */
export interface Variable<Value> {
  readonly name: `TINTYPE_${string}`
  /** As it would be written; empty where being absent means something of its own. */
  readonly default: string
  /** One sentence for the documentation, with units. */
  readonly meaning: string
  /** Given as a flag, it needs no value. */
  readonly isSwitch?: boolean
  /** Reads the text, trimmed; also reads `default`. @throws ValueRefused */
  readonly parse: (text: string) => Value
}

/** How sure an answer of 201 is: of power cuts too, or of the process's own death only. */
export const durabilities = ['full', 'relaxed'] as const

/** What an upload's answer waits for: that the image was decoded, or that its header was read. */
export const inspections = ['decode', 'header'] as const

/** Which renditions are made behind an upload's answer: the thumbnail, or every width of the ladder too. */
export const eagerRenditions = ['thumb', 'ladder'] as const

/** What is logged, from everything to nothing. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

const optional =
  <Value>(parse: (text: string) => Value) =>
  (text: string): Value | undefined =>
    text === '' ? undefined : parse(text)

const formats = listOf(oneOf(photoFormats))

/** Every setting there is. `docs/configuration.md` and `.env.example` are tested against this table. */
export const variables = {
  host: {
    name: 'TINTYPE_HOST',
    default: '127.0.0.1',
    meaning: 'Address or host name to listen on; one that is not loopback needs `TINTYPE_OPEN=1`.',
    parse: parseListenHost,
  },
  port: {
    name: 'TINTYPE_PORT',
    default: '3000',
    meaning: 'Port to listen on, 0 to 65535; 0 takes any free one. `PORT` is honoured where this is not set.',
    parse: wholeNumber('a port', { min: 0, max: 65_535 }),
  },
  dataDirectory: {
    name: 'TINTYPE_DATA_DIR',
    default: './data',
    meaning:
      'Directory of everything that Tintype keeps on disk; a relative one starts where Tintype is started.',
    parse: parsePath,
  },
  storage: {
    name: 'TINTYPE_STORAGE_URL',
    default: 'file:media',
    meaning:
      'Where bytes live: `file:` with a path (a relative one starts at the data directory), or `memory:`, which forgets everything on exit.',
    parse: engineUrl({ schemes: ['s3'], refusal: 's3:// storage is not available in this version' }),
  },
  catalog: {
    name: 'TINTYPE_DATABASE_URL',
    default: 'file:tintype.db',
    meaning:
      'Where rows live: `file:` with the path of an SQLite database (a relative one starts at the data directory), or `memory:`.',
    parse: engineUrl({
      schemes: ['postgres', 'postgresql'],
      refusal: 'a postgres:// database is not available in this version',
    }),
  },
  durability: {
    name: 'TINTYPE_DURABILITY',
    default: 'full',
    meaning:
      '`full` answers 201 when a photo survives a power cut; `relaxed` leaves it to the system when to write, so that a power cut can lose or break the newest photos, and bring back deleted ones: run `tintype doctor` after one.',
    parse: oneOf(durabilities),
  },
  inspection: {
    name: 'TINTYPE_INSPECTION',
    default: 'decode',
    meaning:
      '`decode` answers 201 for an image that decodes; `header` for one whose header is sound, without decoding it, and with an empty `placeholder` until its thumbnail is made.',
    parse: oneOf(inspections),
  },
  eagerRenditions: {
    name: 'TINTYPE_EAGER_RENDITIONS',
    default: 'thumb',
    meaning:
      '`thumb` makes the thumbnail ahead of its first view; `ladder` also every width that a photo has, in WebP and AVIF.',
    parse: oneOf(eagerRenditions),
  },
  publicUrl: {
    name: 'TINTYPE_PUBLIC_URL',
    default: '',
    meaning:
      'Origin under which the world reaches Tintype, such as `https://photos.example.com`; URLs are root-relative without it.',
    parse: optional(parseOrigin),
  },
  staticDirectory: {
    name: 'TINTYPE_STATIC_DIR',
    default: '',
    meaning:
      'Directory of the web bundle behind `/` and `/static`; the gallery that comes with Tintype where absent.',
    parse: optional(parsePath),
  },
  maxUploadByteSize: {
    name: 'TINTYPE_MAX_UPLOAD_SIZE',
    default: '25mb',
    meaning:
      'Largest file, in bytes or with `b`, `kb`, `mb`, `gb` (or `kib`, `mib`, `gib`); all are powers of 1024.',
    parse: parseByteSize,
  },
  allowedFormats: {
    name: 'TINTYPE_ALLOWED_FORMATS',
    default: photoFormats.join(','),
    meaning: 'Formats that may be uploaded, comma separated, out of those in the default.',
    parse: (text: string) => {
      const chosen = formats(text)
      if (chosen.length > 0) return chosen
      throw new ValueRefused(`expected at least one of ${photoFormats.join(', ')}`)
    },
  },
  maxPixels: {
    name: 'TINTYPE_MAX_PIXELS',
    default: '100000000',
    meaning:
      'Most pixels of an image, width × height × frames; half of it for AVIF, which costs more to decode.',
    parse: wholeNumber('a number of pixels', { min: 2, max: 100_000_000_000 }),
  },
  maxConcurrentUploads: {
    name: 'TINTYPE_MAX_CONCURRENT_UPLOADS',
    default: '64',
    meaning:
      'Uploads that may be under way at once, 1 to 10000; one more is answered 503 with `Retry-After`.',
    parse: wholeNumber('a number', { min: 1, max: 10_000 }),
  },
  uploadIdleTimeoutMs: {
    name: 'TINTYPE_UPLOAD_IDLE_TIMEOUT',
    default: '15s',
    meaning: 'How long an upload may stand still, with its unit: `ms`, `s` or `m`; at most `60m`.',
    parse: parseDurationMs,
  },
  corsOrigins: {
    name: 'TINTYPE_CORS_ORIGINS',
    default: '',
    meaning:
      'Exact origins, comma separated, whose pages may write here and read answers; loopback origins may as well while listening on loopback.',
    parse: listOf(parseExactOrigin),
  },
  isOpen: {
    name: 'TINTYPE_OPEN',
    default: '0',
    meaning:
      '`1` says that whoever reaches this address may upload, read and delete, and that this is meant.',
    isSwitch: true,
    parse: parseSwitch,
  },
  logLevel: {
    name: 'TINTYPE_LOG_LEVEL',
    default: 'info',
    meaning: `Least severe level that is logged: ${logLevels.map((level) => `\`${level}\``).join(', ')}.`,
    parse: oneOf(logLevels),
  },
} as const satisfies Record<string, Variable<unknown>>

/** Key of a setting in the table. */
export type VariableKey = keyof typeof variables

/** The value of every setting, each as its own `parse` reads it. */
export type VariableValues = { [Key in VariableKey]: ReturnType<(typeof variables)[Key]['parse']> }

function parsePath(text: string): string {
  if (text !== '' && !text.includes('\0') && !/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) return text
  throw new ValueRefused('expected the path of a directory')
}
