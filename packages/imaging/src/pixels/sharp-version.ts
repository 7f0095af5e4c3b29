import { TintypeError } from '@tintype/contract'

/**
 * The oldest allowed versions of the libraries that read uploads. They were tested, and have the fixes for every advisory
 * known at the time (B147). Raised with each update, never lowered.
 */
export const versionFloor = {
  sharp: '0.35.5',
  vips: '8.18.7',
  heif: '1.23.5',
  aom: '3.15.1',
  webp: '1.6.0',
  png: '1.6.58',
} as const

/**
 * Refuses a decoder that is too old, or built with ImageMagick, whose coders read far more than images (B109).
 *
 * @param versions version of each library by name, as sharp reports them
 * @param inputs   whether ImageMagick's loader can read a file, a buffer, a stream
 * @throws INTERNAL naming each library at fault
 */
export function assertSharpIsSafe(
  versions: Readonly<Record<string, string | undefined>>,
  magickInputs: readonly boolean[],
): void {
  const faults = Object.entries(versionFloor)
    .filter(([name, floor]) => compareVersions(versions[name] ?? '0', floor) < 0)
    .map(([name, floor]) => `${name} ${versions[name] ?? 'of unknown version'} is older than ${floor}`)
  if (magickInputs.includes(true)) faults.push('ImageMagick loaders are present')
  if (faults.length > 0)
    throw new TintypeError('INTERNAL', `The image decoder is not safe to use: ${faults.join('; ')}`)
}

function compareVersions(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true })
}
