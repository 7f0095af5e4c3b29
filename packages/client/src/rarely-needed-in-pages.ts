/** `rarely-needed.ts` for `/sdk.js`, which only pages import: without paths, files of React Native, and bodies that are counted. */

export { diagnoseRefusal } from './transport/diagnose-refusal.ts'
export { explainAnswer } from './transport/explain-answer.ts'
export { followSignals } from './transport/follow-signals.ts'
export { openAsyncQueue } from './upload/async-queue.ts'
export { openPageInput as openInput } from './upload/open-page-input.ts'
export { openFetchSender } from './upload/send-in-page.ts'
