import type { CommandContext } from './command-context.ts'

const text = `Usage: tintype [command] [flags]

  serve                   serves photos; what is done without a command
  doctor                  compares catalog and files, byte by byte; changes nothing
    --repair              removes what is left over, and renditions that are broken; the server must be stopped
    --delete-broken-photos
                          with --repair: deletes photos without their bytes, keeping what is left in quarantine/
    --delete-orphaned-originals
                          with --repair: deletes originals that the catalog does not know
    --accept-missing-originals
                          with --repair: goes on although so many are missing that their disk may not be mounted
    --json                one JSON object a line
  backup DIR              copies the library to a new directory, also while the server runs
    --since EARLIER       links the originals that an earlier backup on the same file system has
  restore DIR             copies a backup into an empty data directory, and checks it
  help                    this

Every command takes --data-dir, --storage-url and --database-url; serve takes every setting of
docs/configuration.md, such as --port 3001. The environment is read too: TINTYPE_DATA_DIR, TINTYPE_PORT, …

Exit codes: 0 all is well; 1 something was found that is not (serve: could not start); 2 could not do it.
`

/** `tintype help`. */
export async function help({ stdout }: CommandContext): Promise<number> {
  stdout.write(text)
  return 0
}
