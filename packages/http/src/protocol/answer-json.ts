import type { Context } from '../state.ts'

/**
 * Answers with a value as JSON. As a text: of an object Koa asks whether it is a `Response`, and to say no Node would
 * load all of `fetch`.
 */
export function answerJson(ctx: Context, value: object): void {
  ctx.type = 'json'
  ctx.body = JSON.stringify(value)
}
