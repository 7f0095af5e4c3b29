const stub = '\0http.cjs'

/**
 * Takes `node:http` by a call in the place of an import, which would read each of its exports, also those behind
 * which Node loads its WebSocket and `fetch`: 13 MiB, and a sixth of the start, for nothing that a server needs.
 */
export function httpByCall() {
  return {
    name: 'http-by-call',
    resolveId: (id: string) => (/^(node:)?http$/.test(id) ? stub : undefined),
    load: (id: string) =>
      id === stub ? "module.exports = process.getBuiltinModule('node:http')" : undefined,
  }
}
