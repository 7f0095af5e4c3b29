import type { Attack } from './attack.ts'
import { abandonedRenditions } from './attacks/abandoned-renditions.ts'
import { costlyUploads } from './attacks/costly-uploads.ts'
import { manyViews } from './attacks/many-views.ts'
import { slowUploads } from './attacks/slow-uploads.ts'

/** Every row of the table. */
export const attacks: readonly Attack[] = [abandonedRenditions, manyViews, costlyUploads, slowUploads]
