import { makeImage } from '@tintype/imaging/testing'
import { expect, test } from 'vitest'
import { runCommand } from './support/run-command.ts'
import { startTintype } from './support/start-tintype.ts'
import { uploadSome } from './support/upload-some.ts'
import { ask, expectPhoto, postBytes } from './support/uploads.ts'

test('tintype doctor reports nothing false while photos are added and deleted, and repairs nothing', async () => {
  await using tintype = await startTintype()
  await uploadSome(tintype, 5)
  const isOver = { value: false }
  const image = await makeImage({ width: 64, height: 48, format: 'jpeg' })
  const storm = Array.from({ length: 4 }, async () => {
    while (!isOver.value) {
      const { id } = expectPhoto(await postBytes(tintype, image))
      await ask(tintype, `/media/${id}/w160.webp`)
      await ask(tintype, `/photos/${id}`, { method: 'DELETE' })
    }
  })
  try {
    for (let round = 0; round < 3; round += 1)
      expect(await runCommand(tintype.dataDirectory, 'doctor')).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('nothing is wrong'),
      })
    const repair = await runCommand(tintype.dataDirectory, 'doctor', '--repair')
    expect(repair).toMatchObject({ code: 2, stderr: expect.stringContaining('another Tintype process') })
  } finally {
    isOver.value = true
    await Promise.all(storm)
  }
})
