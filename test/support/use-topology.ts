import { relative } from 'node:path'
import { beforeEach, inject, type RunnerTask } from 'vitest'
import { repository } from './start-tintype.ts'
import { reasonToSkip, type Topology } from './topologies.ts'

// Run by Vitest before each file of a topology.

Object.assign(process.env, inject('engines') ?? {})

beforeEach(({ task, skip }) => {
  const topology = process.env.TINTYPE_TEST_TOPOLOGY as Topology
  const file = relative(`${repository}/test`, task.file.filepath)
  const reason = reasonToSkip(topology, file, namesOf(task))
  if (reason !== undefined) skip(reason)
})

/** Its own title, and those of the groups around it. */
function namesOf({ name, suite }: RunnerTask): string[] {
  return suite ? [name, ...namesOf(suite)] : [name]
}
