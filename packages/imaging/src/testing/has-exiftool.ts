import { existsSync } from 'node:fs'

/** Whether exiftool is installed. With `TINTYPE_REQUIRE_BACKENDS=1` it must be, and its tests fail without it. */
export const hasExiftool = process.env.TINTYPE_REQUIRE_BACKENDS === '1' || existsSync('/usr/bin/exiftool')
