import { generateLoad } from './generate-load.ts'
import type { LoadPlan } from './load-plan.ts'

/* The process of the load generator: one plan after another over IPC. It is separate, so that it does not block a server. */

process.on('disconnect', () => process.exit(0))
process.on('message', (plan: LoadPlan) => {
  generateLoad(plan).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ failure: String(error) }),
  )
})
