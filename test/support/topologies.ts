/** What the servers of the tests store their photos in. */
export type Topology = 'memory' | 'engines'

/** A file of tests, or one test of it, that is not run on a topology. */
export interface LeftOut {
  readonly topologies: readonly Topology[]
  /** Below `test/`. */
  readonly file: string
  /** The test's own title, without those of the groups around it; the whole file if absent. */
  readonly title?: string | undefined
  readonly reason: string
}

const everywhere: readonly Topology[] = ['memory', 'engines']

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
    'puts files into it',
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
] as const

/** Everything that is left out. Nothing else is skipped on a topology, and each name is checked by `topologies.test.ts`. */
export const leftOut: readonly LeftOut[] = [
  ...withoutServer,
  {
    topologies: ['engines'],
    file: 'base-path.test.ts',
    reason: 'chooses the base path of its servers itself, and the topology has one',
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
]

/** Files of `test/` that are left out as a whole. */
export function filesLeftOut(topology: Topology): string[] {
  return leftOut
    .filter(({ topologies, title }) => topologies.includes(topology) && title === undefined)
    .map(({ file }) => `test/${file}`)
}

/** Why a test is left out; `undefined` if it is not. */
export function reasonToSkip(topology: Topology, file: string, title: string): string | undefined {
  return leftOut.find((one) => one.topologies.includes(topology) && one.file === file && one.title === title)
    ?.reason
}
