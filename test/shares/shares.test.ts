import { expect, test } from 'vitest'
import { attacks } from './attacks.ts'
import { describeKinds, findBreaches } from './judge.ts'
import { runAttack } from './run-attack.ts'

const length = { durationMs: 500, rounds: 1 }

test.skipIf(process.platform !== 'linux').each(attacks.filter(({ isQuick }) => isQuick))(
  'B306 B307 during the attack $name of one caller nothing of another one is refused, and memory is bounded (needs /proc)',
  async (attack) => {
    const report = await runAttack(attack, length)
    console.log(attack.name, 'not judged:', describeKinds(report))
    expect(findBreaches(report)).toEqual([])
  },
)
