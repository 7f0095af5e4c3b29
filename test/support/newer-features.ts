/** The first versions of Chrome, Firefox and Safari, in this order. */
export type Versions = readonly [number, number, number]

const never = Number.POSITIVE_INFINITY

/** The oldest browsers that the SDK runs in. */
export const sdkFloors: Versions = [109, 115, 16.4]

/** When browsers got what compilers do not translate. By MDN's tables. */
export const statics: Readonly<Record<string, Versions>> = {
  'AbortSignal.any': [116, 124, 17.4],
  'Array.fromAsync': [121, 115, 16.4],
  'Error.isError': [134, 138, 26],
  'Intl.DurationFormat': [129, 136, 16.4],
  'Intl.Segmenter': [87, 125, 14.1],
  'Iterator.from': [122, 131, 18.4],
  'Map.groupBy': [117, 119, 17.4],
  'Object.groupBy': [117, 119, 17.4],
  'Promise.try': [128, 134, 18.2],
  'Promise.withResolvers': [119, 121, 17.4],
  'ReadableStream.from': [never, 117, never],
  'RegExp.escape': [136, 134, 18.2],
  'Symbol.asyncDispose': [134, 141, never],
  'Symbol.dispose': [134, 141, never],
  'URL.canParse': [120, 115, 17],
  'URL.parse': [126, 126, 18],
  'Uint8Array.fromBase64': [140, 133, 18.2],
  'Uint8Array.fromHex': [140, 133, 18.2],
}
/** The same for methods, of whatever has one of that name. */
export const methods: Readonly<Record<string, Versions>> = {
  ...namesOf('isWellFormed toWellFormed', [111, 119, 16.4]),
  ...namesOf('toReversed toSorted toSpliced with', [110, 115, 16]),
  ...namesOf('difference intersection symmetricDifference union', [122, 127, 17]),
  ...namesOf('isDisjointFrom isSubsetOf isSupersetOf', [122, 127, 17]),
  ...namesOf('bytes', [132, 128, 18]),
  ...namesOf('toBase64 toHex', [140, 133, 18.2]),
  ...namesOf('startViewTransition', [111, 144, 18]),
}
export const iteratorHelpers: Versions = [122, 131, 18.4]
export const helpers = 'drop every filter find flatMap forEach map reduce some take toArray'.split(' ')
export const regExpSets: Versions = [112, 116, 17]
export const usingDeclarations: Versions = [134, 141, never]

function namesOf(names: string, versions: Versions): Record<string, Versions> {
  return Object.fromEntries(names.split(' ').map((name) => [name, versions]))
}

/** Whether one of these browsers is older than the feature. */
export function isNewer(versions: Versions, floors: Versions): boolean {
  return versions.some((version, browser) => version > (floors[browser] ?? 0))
}

/** What an engine as old as the SDK's oldest lacks and can be removed: `AbortSignal.any`, `.toWellFormed`, `Iterator.map`. */
export const removable: readonly string[] = [
  ...Object.keys(statics).filter(
    (name) => isNewer(statics[name] as Versions, sdkFloors) && !/^Symbol/.test(name),
  ),
  ...Object.keys(methods)
    .filter((name) => isNewer(methods[name] as Versions, sdkFloors))
    .map((name) => `.${name}`),
  ...helpers.map((name) => `Iterator.${name}`),
  'crypto',
]

/**
 * Removes one of these features from a global object. Has no imports, because pages get its source.
 *
 * @returns puts it back; `undefined` if the engine does not have it
 */
export function removeFeature(scope: typeof globalThis, feature: string): (() => void) | undefined {
  const all = scope as unknown as Record<string, { readonly prototype?: object }>
  const [owner = '', name = feature] = feature.split('.')
  const arrays = Object.getPrototypeOf(scope.Uint8Array)
  const owners = ['Array', 'Blob', 'Document', 'Request', 'Response', 'Set', 'String', 'Uint8Array']
  const prototypes = [arrays, ...owners.map((one) => all[one])].map((one) => one?.prototype)
  const holders = owner === feature ? [scope] : owner ? [all[owner], all[owner]?.prototype] : prototypes
  const having = holders.filter((holder) => holder && Object.hasOwn(holder, name)) as object[]
  const restores = having.map((holder) => {
    const had = Reflect.getOwnPropertyDescriptor(holder, name) as PropertyDescriptor
    if (!Reflect.deleteProperty(holder, name)) throw new Error(`${feature} cannot be removed`)
    return () => Object.defineProperty(holder, name, had)
  })
  const restore = () => {
    for (const one of restores) one()
  }
  return restores.length > 0 ? restore : undefined
}
