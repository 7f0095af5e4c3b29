import type { Attack } from './attack.ts'
import { abandonedRenditions } from './attacks/abandoned-renditions.ts'
import { costlyUploads, waitingUploads } from './attacks/costly-uploads.ts'
import { idleSockets } from './attacks/idle-sockets.ts'
import { largePhotos } from './attacks/large-photos.ts'
import { longSearches } from './attacks/long-searches.ts'
import { manyRenditions } from './attacks/many-renditions.ts'
import { manyViews } from './attacks/many-views.ts'
import { nestedJson } from './attacks/nested-json.ts'
import { pipelinesOfNeighbours } from './attacks/pipelines-of-neighbours.ts'
import { readinessChecks } from './attacks/readiness-checks.ts'
import { requestPipelines } from './attacks/request-pipelines.ts'
import { slowUploads } from './attacks/slow-uploads.ts'
import { tinyChunks } from './attacks/tiny-chunks.ts'
import { unknownKeys } from './attacks/unknown-keys.ts'
import { unreadAnswers } from './attacks/unread-answers.ts'
import { unreadOriginals } from './attacks/unread-originals.ts'
import { abandonedBodies, refusedBodies } from './attacks/unwanted-bodies.ts'

/** Every row of the table. */
export const attacks: readonly Attack[] = [
  longSearches,
  unreadAnswers,
  requestPipelines,
  tinyChunks,
  pipelinesOfNeighbours,
  unreadOriginals,
  abandonedRenditions,
  manyViews,
  costlyUploads,
  waitingUploads,
  manyRenditions,
  largePhotos,
  slowUploads,
  abandonedBodies,
  refusedBodies,
  readinessChecks,
  unknownKeys,
  nestedJson,
  idleSockets,
]
