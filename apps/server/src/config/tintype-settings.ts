import type { PhotoFormat } from '@tintype/contract'
import type { TintypeAccessSettings } from './access/tintype-access-settings.ts'
import type { durabilities, eagerRenditions, inspections, mediaDeliveries } from './choices.ts'

/**
 * The settings of an embedded Tintype. Each is a variable of the stand-alone server in camel case, with its meaning, default
 * and checks. A setting that is omitted has its default.
 *
 * @see docs/configuration.md
 */
export interface TintypeSettings extends TintypeAccessSettings {
  /** Directory of everything that is stored on disk. A relative path starts at the working directory. @default './data' */
  readonly dataDirectory?: string | undefined
  /** Directories that must be mount points, as absolute paths: opening fails while nothing is mounted on one. @default [] */
  readonly requireMount?: readonly string[] | undefined
  /** Where bytes are stored: `file:` with a path, relative to `dataDirectory`, or `memory:`. @default 'file:media' */
  readonly storageUrl?: string | undefined
  /** Where rows are stored: `file:` with the path of an SQLite database, or `memory:`. @default 'file:tintype.db' */
  readonly databaseUrl?: string | undefined
  /** The PostgreSQL database of `databaseUrl` without the pooler, to hear what other servers change. */
  readonly databaseListenUrl?: string | undefined
  /** What a 201 survives: a power cut, or only the death of the process. @default 'full' */
  readonly durability?: (typeof durabilities)[number] | undefined
  /** What an upload waits for: the decode of the image, or only its header. @default 'decode' */
  readonly inspection?: (typeof inspections)[number] | undefined
  /** Renditions made before their first view: the thumbnail, also the one of grids, or every width. @default 'thumb' */
  readonly eagerRenditions?: (typeof eagerRenditions)[number] | undefined
  /** Most bytes of all renditions: bytes, or a text such as `50gb`. Those not used for longest are removed. @default no limit */
  readonly renditionCache?: number | string | undefined
  /** Most bytes of the renditions of one photo. @default '64mb' */
  readonly renditionCachePerPhoto?: number | string | undefined
  /** How long changes of photos are kept for clients that connect again, `1h` to `90d`. @default '7d' */
  readonly eventRetention?: string | undefined
  /** How long files stay in quarantine, `1d` to `3650d`. Older ones are removed for ever. @default they stay */
  readonly quarantineRetention?: string | undefined
  /**
   * URL under which clients reach the application, such as `https://photos.example.com`. URLs start with it. A path in it
   * replaces `basePath` in them.
   */
  readonly publicUrl?: string | undefined
  /** Path below which Tintype serves everything, such as `/files`; the full path, also below a mount. @default '/' */
  readonly basePath?: string | undefined
  /**
   * Path of an internal location in nginx that serves the media directory, such as `/_media`, or passes requests to the S3
   * engine. nginx then sends the bytes of media (`X-Accel-Redirect`).
   */
  readonly accelPrefix?: string | undefined
  /** How media in a bucket are delivered: their bytes are sent, or clients are redirected to the engine. @default 'stream' */
  readonly mediaDelivery?: (typeof mediaDeliveries)[number] | undefined
  /** Directory of the web bundle that is served. The gallery that comes with Tintype is served if it is omitted. */
  readonly staticDirectory?: string | undefined
  /** Largest file: bytes, or a text such as `25mb`. @default '25mb' */
  readonly maxUploadSize?: number | string | undefined
  /** Formats that may be uploaded. @default all */
  readonly allowedFormats?: readonly PhotoFormat[] | undefined
  /** Most pixels of an image: width × height; of an animation, of one frame. @default 120_000_000 */
  readonly maxPixels?: number | undefined
  /** Uploads at the same time, 1 to 10000. @default 64 */
  readonly maxConcurrentUploads?: number | undefined
  /** Images that are decoded at the same time, 1 to 256. @default one for each processor */
  readonly decoders?: number | undefined
  /** How long an upload may send nothing, with a unit: `ms`, `s` or `m`. @default '15s' */
  readonly uploadIdleTimeout?: string | undefined
  /** Exact origins whose pages may write and read answers. @default [] */
  readonly corsOrigins?: readonly string[] | undefined
  /** Request headers that pages of those origins may send besides the ones that are read. @default [] */
  readonly corsHeaders?: readonly string[] | undefined
  /** Host names and IP addresses that are answered, besides those of `publicUrl` and of this machine. @default [] */
  readonly allowedHosts?: readonly string[] | undefined
  /**
   * Confirms that anyone who can reach the application may upload, read and delete, and answers any `Host` if there is no
   * `publicUrl`. Without it, only requests for this machine and for the host of `publicUrl` are answered. Not together with
   * `access: 'closed'`. @default false
   */
  readonly open?: boolean | undefined
}
