import { expect, test } from 'vitest'
import { readCredential } from './credential.ts'

const invalid = expect.objectContaining({ code: 'UNAUTHENTICATED', facts: { reason: 'invalid' } })

test('no header is no credential', () => {
  expect(readCredential([])).toBeUndefined()
})

test.each([
  ['Bearer ttk_x', 'api-key', 'ttk_x'],
  ['bearer ttu.a.b.c', 'upload-token', 'ttu.a.b.c'],
  ['BEARER   eyJhbGciOiJub25lIn0.e30.', 'jwt', 'eyJhbGciOiJub25lIn0.e30.'],
  ['Bearer TTK_x', 'admin-key', 'TTK_x'],
  ['Bearer ey', 'admin-key', 'ey'],
])('the prefix decides the kind: %s', (value, kind, text) => {
  expect(readCredential([value])).toEqual({ kind, text })
})

test.each([
  [['Basic dHRrX3g6']],
  [['Bearer']],
  [['Bearer ']],
  [['']],
  [['ttk_x']],
  [['Bearer ttk_x ']],
  [['Bearer ttk_x ttk_y']],
  [['Bearer ttk_x, Bearer ttk_y']],
  [['Bearer\tttk_x']],
  [['Bearer ttk_ü']],
  [['Bearer ttk_x\n']],
  [['Bearer ttk_x', 'Bearer ttk_x']],
  [['Bearer ttk_x', 'Basic dHRrX3g6']],
  [['Digest username="x"']],
])('B220: %j is refused', (values) => {
  expect(() => readCredential(values)).toThrow(invalid)
})
