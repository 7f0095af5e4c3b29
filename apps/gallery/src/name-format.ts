/** The name of a format as people write it, such as `JPEG` or `WebP`. */
export const nameFormat = (format: string): string => (format === 'webp' ? 'WebP' : format.toUpperCase())
