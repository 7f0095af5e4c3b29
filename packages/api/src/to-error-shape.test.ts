import { errorTable, isErrorCode, TintypeError, toProblem } from '@tintype/contract'
import { type TRPC_ERROR_CODE_KEY, TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import { getStatusCodeFromKey } from '@trpc/server/unstable-core-do-not-import'
import { describe, expect, test } from 'vitest'
import { toErrorShape } from './to-error-shape.ts'

const codes = Object.keys(errorTable).filter(isErrorCode)

describe('errors inside tRPC', () => {
  test.each(codes)(
    '%s carries the problem of plain HTTP, under the number of tRPC that is nearest',
    (code) => {
      const error = new TintypeError(code, 'why', {
        facts: { limit: 3 },
        cause: new Error('a path, a secret'),
      })
      const shape = toErrorShape(error, 'r-1')
      expect(shape.data).toEqual(toProblem(error, 'r-1'))
      expect(shape.message).toBe('why')
      expect(JSON.stringify(shape)).not.toMatch(/secret|stack/)

      const keys = Object.keys(TRPC_ERROR_CODES_BY_KEY) as TRPC_ERROR_CODE_KEY[]
      const statuses = keys
        .filter((key) => TRPC_ERROR_CODES_BY_KEY[key] === shape.code)
        .map(getStatusCodeFromKey)
      const status = errorTable[code]
      const nearest = status === 416 ? 400 : status === 507 ? 503 : status
      expect(statuses).toContain(nearest)
    },
  )

  test('a code that never crosses the wire is INTERNAL', () => {
    const shape = toErrorShape(new TintypeError('ABORTED', 'gone'), 'r-2')
    expect(shape).toMatchObject({ code: -32603, data: { code: 'INTERNAL', status: 500, requestId: 'r-2' } })
  })
})
