/** What a server in a process of its own sees of ours: where commands are, and where compiled modules are kept. */
export function serverEnvironment(): Record<string, string> {
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env
  return { PATH, NODE_COMPILE_CACHE }
}
