/** The environment that a server in its own process gets from ours: the paths of commands and of compiled modules. */
export function serverEnvironment(): Record<string, string> {
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env
  return { PATH, NODE_COMPILE_CACHE }
}
