import type { Context } from '../state.ts'

/**
 * Answers with a value as JSON. The body is a string: Koa checks of an object whether it is a `Response`, and for that Node
 * loads all of `fetch`.
 */
export function answerJson(ctx: Context, value: object): void {
  ctx.type = 'json'
  ctx.body = JSON.stringify(value)
}
