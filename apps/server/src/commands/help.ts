import type { CommandContext } from './command-context.ts'

const text = `Usage: tintype [command] [flags]

  serve                   serves photos (the default)
  doctor                  compares catalog and files, byte by byte; changes nothing
    --repair              removes leftovers and broken renditions; the server must be stopped
    --delete-broken-photos
                          with --repair: deletes broken photos; keeps their remaining bytes in quarantine/
    --delete-orphaned-originals
                          with --repair: deletes originals that have no row
    --accept-missing-originals
                          with --repair: repairs even if so many are missing that their disk may not be mounted
    --json                one JSON object a line
  backup DIR              copies the library to a new directory; the server may run
    --since EARLIER       links the originals that an earlier backup on the same file system has
  restore DIR             copies a backup into an empty data directory, and checks it
  help                    prints this text

Every command accepts --data-dir, --storage-url and --database-url. serve accepts every setting of
docs/configuration.md, such as --port 3001. The environment is read too: TINTYPE_DATA_DIR, TINTYPE_PORT, …

Exit codes: 0 success; 1 something is wrong (serve: could not start); 2 the command could not run.
`

/** `tintype help`. */
export async function help({ stdout }: CommandContext): Promise<number> {
  stdout.write(text)
  return 0
}
