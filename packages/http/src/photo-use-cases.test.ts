import type { PhotoUseCases } from '@tintype/api'
import type { PhotoLibrary } from '@tintype/photos'
import { expectTypeOf, test } from 'vitest'

test('the photo library has the use-cases that the procedures call', () => {
  expectTypeOf<PhotoLibrary>().toExtend<PhotoUseCases>()
})
