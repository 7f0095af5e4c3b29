/** What the servers of the tests store their photos in. */
export type Topology = 'memory' | 'engines' | 'two-nodes'

/** A file of tests, or one test of it, that is not run on a topology. */
export interface LeftOut {
  readonly topologies: readonly Topology[]
  /** Below `test/`. */
  readonly file: string
  /** The title of the test, or of a group of tests; the whole file if absent. */
  readonly title?: string | undefined
  readonly reason: string
}

const everywhere: readonly Topology[] = ['memory', 'engines', 'two-nodes']

/** Files that start no server, or only servers with settings of their own. */
const withoutServer = [
  'architecture',
  'bench-report',
  'deployment',
  'dependency-floor',
  'readme',
  'source',
  'threat-coverage',
  'topologies',
].map(
  (name): LeftOut => ({
    topologies: everywhere,
    file: `${name}.test.ts`,
    reason: 'starts no server whose engines could differ',
  }),
)

const postgres: readonly Topology[] = ['engines', 'two-nodes']

const onDisk = [
  ['file-modes', undefined, 'looks at the modes of files in the media directory'],
  [
    'hot-media',
    'B175, B181, B182: the answer has the right bytes, or is an error',
    'changes files of the media directory',
  ],
  [
    'lifecycle',
    'B171 B172 sweeps staging and old orphans, and nothing else; no original is lost',
    'puts files into the media directory',
  ],
  ['media-behind-the-back', undefined, 'changes files of the media directory'],
  [
    'operation',
    'B164: not without its storage; the missing part is named, the rest works, and it recovers',
    'renames the media directory',
  ],
] as const

const restarted = [
  ['closed-mode', 'does not open to everyone while it has private photos'],
  ['closed-mode', 'keeps its keys and secrets over a restart'],
  ['lifecycle', 'B071 B167 an upload that kill -9 cut off is removed after the next start'],
  ['live-changes', 'B309 streams end at the first SIGTERM, and clients miss nothing over a restart'],
] as const

const withOwnKeys = [
  ['closed-mode', undefined],
  ['sdk-access', undefined],
  ['lifecycle', 'a port that is in use, before it makes a key and secrets'],
] as const

const aboutHttp = 'is about the bytes of HTTP, which nginx exchanges with the client'

const behindNginx = [
  ['access', 'Host', aboutHttp],
  ['access', 'another loopback address is loopback too', 'connects to another address than that of nginx'],
  [
    'hot-media',
    'B156: a photo that is requested all the time and deleted',
    'another node can have it in memory for a moment longer, until it hears of the deletion',
  ],
  [
    'lifecycle',
    'B071 B167 an upload that kill -9 cut off is removed after the next start',
    'starts one node again',
  ],
  [
    'media',
    'B104, B235, B239: a strong validator, a year in caches, and headers that forbid scripts',
    aboutHttp,
  ],
  [
    'media',
    'B260–B265: anything but a single range gets the whole file, once, and never in parts',
    aboutHttp,
  ],
  ['media', 'B267: only reading is allowed', aboutHttp],
  [
    'live-changes',
    'the stream is plain server-sent events, which curl and EventSource read and resume',
    aboutHttp,
  ],
  [
    'live-changes',
    'B309 streams end at the first SIGTERM, and clients miss nothing over a restart',
    'starts one node again',
  ],
  ['operation', undefined, 'is about the HTTP and the numbers of one process'],
  ['readable-refusals', undefined, aboutHttp],
  ['request-line', undefined, aboutHttp],
  ['static', undefined, `${aboutHttp}; the files are the same on each node`],
  ['upload-connection', undefined, aboutHttp],
  ['upload-limits', 'bytes of the file', aboutHttp],
  ['upload-refusals', 'B016 a content type that is not accepted', aboutHttp],
  ['upload-refusals', 'requests beside the uploads', aboutHttp],
] as const

/** Everything that is left out. Nothing else is skipped on a topology, and each name is checked by `topologies.test.ts`. */
export const leftOut: readonly LeftOut[] = [
  ...withoutServer,
  {
    topologies: everywhere,
    file: 'embedding-closed.test.ts',
    reason: 'embeds Tintype, with options of its own',
  },
  {
    topologies: postgres,
    file: 'base-path.test.ts',
    reason: 'chooses the base path of its servers itself; the topology has another one',
  },
  {
    topologies: postgres,
    file: 'upload.test.ts',
    title: 'for any split of the bytes',
    reason: 'tests the parser of forms, with hundreds of uploads',
  },
  ...onDisk.map(([file, title, reason]) => ({
    topologies: everywhere,
    file: `${file}.test.ts`,
    title,
    reason,
  })),
  ...restarted.map(([file, title]) => ({
    topologies: ['memory'] as const,
    file: `${file}.test.ts`,
    title,
    reason: 'starts the server again, which loses what is in memory',
  })),
  ...withOwnKeys.map(([file, title]) => ({
    topologies: postgres,
    file: `${file}.test.ts`,
    title,
    reason: 'uses keys that the server makes in its data directory, which it does not for a shared catalog',
  })),
  ...behindNginx.map(([file, title, reason]) => ({
    topologies: ['two-nodes'] as const,
    file: `${file}.test.ts`,
    title,
    reason,
  })),
]

/** Files of `test/` that are left out as a whole. */
export function filesLeftOut(topology: Topology): string[] {
  return leftOut
    .filter(({ topologies, title }) => topologies.includes(topology) && title === undefined)
    .map(({ file }) => `test/${file}`)
}

/**
 * Why a test is left out; `undefined` if it is not.
 *
 * @param names its own title, and those of the groups around it
 */
export function reasonToSkip(topology: Topology, file: string, names: readonly string[]): string | undefined {
  return leftOut.find(
    (one) =>
      one.topologies.includes(topology) &&
      one.file === file &&
      one.title !== undefined &&
      names.includes(one.title),
  )?.reason
}
