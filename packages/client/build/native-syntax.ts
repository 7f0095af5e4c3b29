const replacements = [
  [/function _objectSpread2\(e\) \{[\s\S]*?\n\}/, 'const _objectSpread2 = Object.assign'],
  [
    /function _defineProperty\(e, r, t\) \{[\s\S]*?\n\}/,
    'const _defineProperty = (e, r, t) => ((e[r] = t), e)',
  ],
  [/_defineProperty\(this, "\w+", void 0\);/g, ''],
  [/ Please submit an issue at https:\/\/github\.com\/trpc\/trpc\/issues\/new/, ''],
  // async generators are of subscriptions, which the SDK reads itself; assignments to a prototype would keep them in the script
  [/AsyncGenerator\.prototype\[[\s\S]*?\("return", e\);\n\};/, ''],
  [
    /\((_[\w$]+) = ([\w$]+)\.(\w+)\) === null \|\| \1 === void 0 (?:\|\||\? void 0 :) \1\.call\(\2(?:, )?/g,
    '$2.$3?.(',
  ],
  // the SDK calls neither `pipe` nor subscriptions of tRPC
  [/,\n\t\tpipe\(\.\.\.operations\) \{[^}]*\}/, ''],
  [/\/\* istanbul ignore if -- @preserve \*\//, ''],
  [/Subscriptions are unsupported by [^"]*/, 'Unsupported'],
  // every engine has `throwIfAborted`, and the SDK gives each link its own `fetch`
  [/\tif \(typeof DOMException[^\n]*\n\tthrow new AbortError\(\);\n/, ''],
  [/\tif \(typeof window !== "undefined" && isFunction[\s\S]*?"No fetch implementation found"\);\n/, ''],
] as const

/**
 * Replaces what tRPC's packages carry for engines without object spread, class fields and async generators, twice, by what every
 * engine has that the SDK runs in.
 */
export function nativeSyntax() {
  return {
    name: 'native-syntax',
    transform(code: string): string | undefined {
      const changed = replacements.reduce((text, [old, native]) => text.replace(old, native), code)
      return changed === code ? undefined : changed
    },
  }
}
