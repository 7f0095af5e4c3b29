/** What is used of a file that rolldown writes. */
type OutputFile = { type: 'asset' } | { type: 'chunk'; code: string }

/**
 * Writes letters beyond ASCII as escapes. A single one makes Node keep the whole script with two bytes for each letter:
 * 1.4 MiB for as long as the server runs.
 */
export function escapeWideLetters() {
  return {
    name: 'escape-wide-letters',
    // the last hook: earlier hooks may print a text again, without its escapes
    generateBundle(_options: unknown, bundle: Record<string, OutputFile>) {
      for (const file of Object.values(bundle)) if (file.type === 'chunk') file.code = escapeAll(file.code)
    },
  }
}

function escapeAll(code: string): string {
  return code.replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
