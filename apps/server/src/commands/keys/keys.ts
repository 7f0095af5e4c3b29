import { readFile } from 'node:fs/promises'
import type { CreatedApiKey } from '@tintype/contract'
import { keyCreateInput, keyIdInput, keyRotateInput, parseInput } from '@tintype/contract/schemas'
import { parseConfig } from '../../config/config.ts'
import { ConfigError } from '../../config/config-error.ts'
import type { CommandContext } from '../command-context.ts'
import { readArguments } from '../read-arguments.ts'
import { callKeys } from './call-keys.ts'
import { deriveMediaUrlKey } from './derive-key.ts'
import { formatKeys } from './format-keys.ts'
import type { KeyActions } from './key-actions.ts'
import { openKeys } from './open-keys.ts'

const switches = ['json'] as const
const serverFlags = ['url', 'key', 'key-file'] as const
const limitFlags = {
  'requests-per-minute': 'requestsPerMinute',
  'max-photos': 'maxPhotos',
  'max-bytes': 'maxBytes',
  'max-byte-size': 'maxByteSize',
} as const
type LimitFlag = keyof typeof limitFlags

/** A command after the word `keys`. */
type KeyCommand = (context: CommandContext) => Promise<void>

const commands: Readonly<Record<string, KeyCommand>> = { create, list, rotate, revoke, derive }

/**
 * `tintype keys …`: API keys of a data directory whose server is stopped, or with `--url` of a running server. New keys go to
 * standard output, everything else about them to standard error, so that a script can keep the key.
 *
 * @returns 0
 */
export async function keys(context: CommandContext): Promise<number> {
  const [name = '', ...args] = context.args
  const run = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (run === undefined)
    throw new ConfigError(
      `Expected ${Object.keys(commands).join(', ')} after "tintype keys"; see "tintype help"`,
    )
  await run({ ...context, args })
  return 0
}

async function create(context: CommandContext): Promise<void> {
  const limits = Object.keys(limitFlags) as LimitFlag[]
  const valued = [...serverFlags, 'name', 'scopes', 'owner', 'expires-at', ...limits] as const
  const { values, switches: choices, settings } = readArguments(context.args, { valued, switches })
  const { name, scopes, owner, 'expires-at': expiresAt } = values
  if (name === undefined || scopes === undefined)
    throw new ConfigError('A new key needs --name and --scopes, such as --name shop --scopes read,upload')
  const choice = parseInput(keyCreateInput, {
    ...{ name, owner, expiresAt },
    scopes: scopes.split(',').map((scope) => scope.trim()),
    limits: Object.fromEntries(limits.map((flag) => [limitFlags[flag], parseCount(flag, values[flag])])),
  })
  await using actions = await openActions(context, { values, settings })
  show(context, await actions.create(choice), {
    isJson: choices.json,
    text: 'Keep it: it is not shown again',
  })
}

async function list(context: CommandContext): Promise<void> {
  const {
    values,
    switches: choices,
    settings,
  } = readArguments(context.args, { valued: serverFlags, switches })
  await using actions = await openActions(context, { values, settings })
  const found = await actions.list()
  const lines = found.map((key) => `${JSON.stringify(key)}\n`).join('')
  context.stdout.write(choices.json ? lines : formatKeys(found, Date.now()))
}

async function rotate(context: CommandContext): Promise<void> {
  const valued = [...serverFlags, 'overlap-seconds'] as const
  const read = readArguments(context.args, { valued, switches, positionals: ['ID'] })
  const overlapSeconds = parseCount('overlap-seconds', read.values['overlap-seconds'])
  const choice = parseInput(keyRotateInput, { id: read.positionals[0], overlapSeconds })
  await using actions = await openActions(context, read)
  const text = `It replaces ${choice.id}, which ends in ${choice.overlapSeconds} seconds or at its own end`
  show(context, await actions.rotate(choice), { isJson: read.switches.json, text })
}

async function revoke(context: CommandContext): Promise<void> {
  const read = readArguments(context.args, { valued: serverFlags, switches, positionals: ['ID'] })
  const { id } = parseInput(keyIdInput, { id: read.positionals[0] })
  await using actions = await openActions(context, read)
  const revoked = await actions.revoke(id)
  const text = `Key ${id} (${revoked.name}) is revoked since ${revoked.revokedAt}`
  context.stdout.write(`${read.switches.json ? JSON.stringify(revoked) : text}\n`)
}

async function derive(context: CommandContext): Promise<void> {
  const read = readArguments(context.args, { switches, positionals: ['PURPOSE'] })
  if (read.positionals[0] !== 'media-url')
    throw new ConfigError('Expected "tintype keys derive media-url": no other key leaves the server')
  const derived = await deriveMediaUrlKey(parseConfig(context.env, read.settings))
  const text = `${derived.kid}:${derived.key}`
  context.stdout.write(`${read.switches.json ? JSON.stringify(derived) : text}\n`)
}

/** The key alone on standard output. */
function show(
  { stdout, stderr }: CommandContext,
  { key, ...created }: CreatedApiKey,
  { isJson, text }: { readonly isJson: boolean; readonly text: string },
): void {
  if (isJson) {
    stdout.write(`${JSON.stringify({ ...created, key })}\n`)
    return
  }
  stderr.write(`Made the key ${created.id} (${created.name}). ${text}\n`)
  stdout.write(`${key}\n`)
}

/** Where the keys are that a command is about. */
async function openActions(
  { env }: CommandContext,
  {
    values,
    settings,
  }: {
    readonly values: Readonly<Partial<Record<(typeof serverFlags)[number], string>>>
    readonly settings: readonly string[]
  },
): Promise<KeyActions> {
  const { url, key, 'key-file': file } = values
  if (url === undefined) {
    if (key !== undefined || file !== undefined) throw new ConfigError('--key and --key-file go with --url')
    return openKeys(parseConfig(env, settings))
  }
  if (settings.length > 0)
    throw new ConfigError('--url goes without the flags of a data directory: the server knows its own')
  const text = key ?? (file === undefined ? env.TINTYPE_ADMIN_KEY : await readFile(file, 'utf8'))
  if (text === undefined)
    throw new ConfigError('--url needs a key with the scope admin: --key-file FILE, or TINTYPE_ADMIN_KEY')
  return callKeys({ url, key: text.trim() })
}

function parseCount(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,15}$/.test(text)) throw new ConfigError(`--${flag}: expected a whole number`)
  return Number(text)
}
