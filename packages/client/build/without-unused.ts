const replacements = [
  // merged at once: `_objectSpread2` is `Object.assign`
  [/_objectSpread2\(_objectSpread2\(\{\}, ([\w.]+)\), (?:\{\}, )?/g, '_objectSpread2({}, $1, '],
  // calls of the SDK have JSON only: no form, no bytes, no subscription
  [/const universalRequester = \(opts\) => \{[\s\S]*?\n\};/, 'const universalRequester = jsonHttpRequester;'],
  [/if \((?:op\.)?type === "subscription"\) throw new Error\([^;]*;/g, ''],
  [/ \|\| opts\.type === "subscription"/g, ''],
  [/,\n\tsubscription: "PATCH"/, ''],
  // options of links that the SDK never gives
  [/ && opts\.methodOverride !== "POST"/g, ''],
  [/,\n\t\tmethodOverride: opts\.methodOverride/, ''],
  [/\(_opts\$methodOverride = [^;]*: METHOD/, 'METHOD'],
  [/\t\tif \(Symbol\.iterator in heads\) return Object\.fromEntries\(heads\);\n/, ''],
  [/, opts\.trpcAcceptHeader \? \{[^}]*\} : void 0\)/, ')'],
  [
    /if \(!opts\.headers\) return \{\};\s+if \(typeof opts\.headers === "function"\) (return [^;]*;)\s+return opts\.headers;/g,
    '$1',
  ],
  // its JSON is sent and read as it is
  [/(?:opts\.)?transformer\.(?:input\.)?(?:de)?serialize\(([\w.]+)\)/g, '$1'],
  [/,\n\t\ttransformer: getTransformer\(opts\.transformer\)/, ''],
  [/, resolvedOpts\.transformer\.output\)/g, ')'],
  [/opts\.inputs\.map\(\(_input\) => _input\)/, 'opts.inputs'],
  [/const dict = \{\};\s+for [\s\S]*?\n\t\}\s+return dict;/, 'return { ...array };'],
  // its paths are written with dots, and its URLs have no query
  [/,\n\t\tpathSeparator: resolvePathSeparator\(opts\.pathSeparator\)/, ''],
  [/procedurePathToURLPath\(opts\.path, opts\.pathSeparator\)/, 'opts.path'],
  [/\tif \(parts\[1\]\) queryParts\.push\(parts\[1\]\);\n/, ''],
  [/const parts = opts\.url\.split\("\?"\);\s+let url = parts\[0\]\.replace\([^)]*\)/, 'let url = opts.url'],
  // only queries are batched, within limits that are given
  [/,\n\t\t\tmutation: dataLoader\(batchLoader\("mutation"\)\)/, ''],
  [/\tif \(maxURLLength === Infinity[^;]*;\n/, ''],
  [/const (max\w+) = \(_opts\$max\w+ = [^;]*: Infinity;/g, 'const $1 = opts.$1;'],
  // the SDK makes an error of its own, of `data`, `meta` and `cause`
  [/getMessageFromUnknownError\(cause, "Unknown error"\)/, 'String(cause)'],
  [/\t\tthis\.shape = [^;]*;\n/, ''],
  [/\t\tObject\.setPrototypeOf\([^;]*;\n/, ''],
  // nothing reads these
  [/\t\tthis\.name = "TRPCClientError";\n/, ''],
  [/\tmeta\.responseJSON = json;\n/, ''],
  [/\t\t\tfor \(const item of items\) item\.batch = batch;\n/, ''],
  [/\t*item\.batch = null;\n/g, ''],
  [/,\n\t\t\tbatch: null/, ''],
  [/\t\t\taborted: false,\n/, ''],
  [/if \(item\.aborted\) \{[\s\S]*?continue;\s+\}/, ''],
] as const

/** Removes from a script what tRPC's links carry for other callers than the SDK. What is removed is never reached. */
export function withoutUnused() {
  return {
    name: 'without-unused',
    transform(code: string, id: string): string | undefined {
      if (!id.includes('@trpc')) return undefined
      return replacements.reduce((text, [old, needed]) => text.replace(old, needed), code)
    },
  }
}
