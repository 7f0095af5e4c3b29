import { audit } from './routers/audit.ts'
import { keys } from './routers/keys.ts'
import { owners } from './routers/owners.ts'
import { photos } from './routers/photos.ts'
import { system } from './routers/system.ts'
import { tags } from './routers/tags.ts'
import { thumbnails } from './routers/thumbnails.ts'
import { tokens } from './routers/tokens.ts'
import { urls } from './routers/urls.ts'
import { router } from './trpc.ts'

/** The tRPC router, at `/trpc`: descriptions of photos, renditions, and access. It carries no image bytes. */
export const appRouter = router({ photos, tags, thumbnails, system, keys, tokens, urls, owners, audit })

/** The router's type. A type test of the SDK compares its procedures with it. */
export type AppRouter = typeof appRouter
