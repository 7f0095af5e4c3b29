import type { CommandContext } from './command-context.ts'

const text = `Usage: tintype [command] [flags]

  serve                   serves photos (the default)
  doctor                  compares catalog and files, byte by byte; changes nothing
    --bytes               reads every byte of a bucket too, of which only sizes are compared otherwise
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
    --keep N              makes the backup in DIR, named after the time; links what the newest one there has, and removes all
                          but the newest N
  restore DIR             copies a backup into an empty library, and checks it
  renditions prune        removes the renditions that were not used for longest; the server must be stopped
    --to SIZE             the most bytes of all renditions; TINTYPE_RENDITION_CACHE without it
    --dry-run             removes nothing
  migrate                 moves the library to other engines while its servers run; killed, the same command continues
    --to-storage URL      where the photos are moved to, such as s3://bucket/prefix
    --to-database URL     where the catalog is moved to, such as postgres://user:password@host/database; without it the
                          server must be stopped
    --rate SIZE           most bytes a second, such as 20mb
    --switch              switches as soon as everything is copied; otherwise when a server of the target was started
    --abort               ends the move before its switch
    --delete-source       in a later run: compares every photo at the target, then deletes those at the source
  keys create             makes an API key, and prints it: it is not shown again
    --name NAME           what the key is for
    --scopes SCOPES       read, upload, manage, admin, with commas between them
    --owner OWNER         the key acts for this owner only
    --expires-at TIME     such as 2030-01-31T12:00:00Z
    --requests-per-minute N, --max-photos N, --max-bytes N, --max-byte-size N
                          what is done with the key at most; --max-byte-size is of one upload
  keys list               lists all keys, without the keys themselves
  keys rotate ID          makes a key like another one, which then ends
    --overlap-seconds N   while both are valid: 86400 (a day) by default, 604800 at most
  keys revoke ID          ends a key within a second, for ever
  keys derive media-url   prints the key with which a back end signs media URLs itself, as ID:KEY; keep it secret
    --json                with every command about keys: JSON, one object a line
    --url URL             keys of a running server; without it the server must be stopped
    --key-file FILE       with --url: a key with the scope admin. Instead of the file: the variable TINTYPE_ADMIN_KEY,
                          or --key KEY, which other users of this machine can read while the command runs
  help                    prints this text
  version, --version      prints the version

Every command accepts --data-dir, --storage-url and --database-url. serve accepts every setting of
docs/configuration.md, such as --port 3001. The environment is read too: TINTYPE_DATA_DIR, TINTYPE_PORT, …

Exit codes: 0 success; 1 something is wrong (serve: could not start); 2 the command could not run.
`

/** `tintype help`. */
export async function help({ stdout }: CommandContext): Promise<number> {
  stdout.write(text)
  return 0
}
