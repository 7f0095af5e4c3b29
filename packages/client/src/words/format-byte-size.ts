const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

/**
 * Formats a number of bytes in English, such as `2.4 MB`. A megabyte is 1024 × 1024 bytes, as in the server's settings.
 *
 * @param byteSize 0 or more
 */
export function formatByteSize(byteSize: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(byteSize, 1)) / 10))
  const format = new Intl.NumberFormat('en', {
    style: 'unit',
    unit: units[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power > 1 ? 1 : 0,
  })
  return format.format(byteSize / 1024 ** power)
}
