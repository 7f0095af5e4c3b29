import type { Attack } from './attack.ts'
import { abandonedRenditions } from './attacks/abandoned-renditions.ts'
import { costlyUploads, waitingUploads } from './attacks/costly-uploads.ts'
import { idleSockets } from './attacks/idle-sockets.ts'
import { largePhotos } from './attacks/large-photos.ts'
import { longSearches } from './attacks/long-searches.ts'
import { manyRenditions } from './attacks/many-renditions.ts'
import { manyViews } from './attacks/many-views.ts'
import { readinessChecks } from './attacks/readiness-checks.ts'
import { requestPipelines } from './attacks/request-pipelines.ts'
import { slowUploads } from './attacks/slow-uploads.ts'
import { unknownKeys } from './attacks/unknown-keys.ts'
import { unreadAnswers } from './attacks/unread-answers.ts'

/** Every row of the table. */
export const attacks: readonly Attack[] = [
  longSearches,
  unreadAnswers,
  requestPipelines,
  abandonedRenditions,
  manyViews,
  costlyUploads,
  waitingUploads,
  manyRenditions,
  largePhotos,
  slowUploads,
  readinessChecks,
  unknownKeys,
  idleSockets,
]
