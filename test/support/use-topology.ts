import { relative } from 'node:path'
import { beforeEach, inject } from 'vitest'
import { repository } from './start-tintype.ts'
import { reasonToSkip, type Topology } from './topologies.ts'

// Run by Vitest before each file of a topology.

Object.assign(process.env, inject('engines') ?? {})

beforeEach(({ task, skip }) => {
  const topology = process.env.TINTYPE_TEST_TOPOLOGY as Topology
  const file = relative(`${repository}/test`, task.file.filepath)
  const reason = reasonToSkip(topology, file, task.name)
  if (reason !== undefined) skip(reason)
})
