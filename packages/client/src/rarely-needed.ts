/** What few pages need. It is one file of its own, which a page loads when it needs something of it. */

export { diagnoseRefusal } from './transport/diagnose-refusal.ts'
export { explainAnswer } from './transport/explain-answer.ts'
export { followSignals } from './transport/follow-signals.ts'
export { openAsyncQueue } from './upload/async-queue.ts'
export { openInput } from './upload/open-input.ts'
export { openFetchSender } from './upload/send-counted.ts'
