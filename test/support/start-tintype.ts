import { type StartOptions, startNode, type Tintype } from './start-node.ts'
import { startTwoNodes } from './start-two-nodes.ts'

export { builtServer, type LogLine, repository, type StartOptions, type Tintype } from './start-node.ts'

/**
 * Starts the server on a free loopback port with a data directory of its own; with the topology `two-nodes` two of them behind
 * nginx.
 */
export function startTintype(options: StartOptions = {}): Promise<Tintype> {
  return process.env.TINTYPE_TEST_TOPOLOGY === 'two-nodes' ? startTwoNodes(options) : startNode(options)
}
