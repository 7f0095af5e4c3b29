import { type Variable, variables } from './variables.ts'

/** A setting as somebody gave it. */
export interface Input {
  readonly text: string
  /** The name it was given under, where that is not the variable's own. */
  readonly source?: string | undefined
}

const table: readonly Variable<unknown>[] = Object.values(variables)
const prefix = 'TINTYPE_'

/**
 * Collects what was given for each variable: flags win over `TINTYPE_…`, which wins over `PORT`. An empty
 * value counts as not given. Names that are none of ours become problems; their values are never repeated,
 * because they may hold a secret.
 */
export function readInputs(env: Readonly<Record<string, string | undefined>>, flags: readonly string[]) {
  const inputs = new Map<string, Input>()
  const problems: string[] = []
  const give = (name: string, text: string, source?: string) => {
    if (text.trim() !== '') inputs.set(name, { text: text.trim(), source })
  }
  give(variables.port.name, env.PORT ?? '', 'PORT')
  for (const [name, text] of Object.entries(env)) {
    if (!name.toUpperCase().startsWith(prefix) || text === undefined) continue
    if (table.some((variable) => variable.name === name)) give(name, text)
    else
      problems.push(`${printable(name)}: unknown name${suggest(name.slice(prefix.length), toVariableName)}`)
  }
  for (let index = 0; index < flags.length; index += 1) {
    const flag = parseFlag(flags[index] ?? '')
    if (!flag) {
      problems.push(`argument ${index + 1}: expected a flag such as --port 3001`)
      continue
    }
    const { variable, written, bareName } = flag
    const next = flags[index + 1]
    const isSeparate = flag.attached === undefined && takesNext(next, variable)
    if (isSeparate) index += 1
    const text = flag.attached ?? (isSeparate ? next : variable?.isSwitch ? '1' : undefined)
    if (!variable) problems.push(`${printable(written)}: unknown flag${suggest(bareName, toFlag)}`)
    else if (!text?.trim()) problems.push(`${variable.name} (from ${written}): expected a value`)
    else give(variable.name, text, written)
  }
  return { inputs, problems }
}

function parseFlag(text: string) {
  const [, written, attached] = /^(--[a-z][a-z0-9_-]*)(?:=(.*))?$/is.exec(text) ?? []
  if (written === undefined) return undefined
  const bareName = written
    .slice(2)
    .toUpperCase()
    .replaceAll('-', '_')
    .replace(/^TINTYPE_/, '')
  const variable = table.find((one) => one.name === toVariableName(bareName))
  return { written, attached, bareName, variable }
}

/** A flag's value may stand alone behind it; behind a switch only where it can be nothing else. */
function takesNext(next: string | undefined, variable: Variable<unknown> | undefined): boolean {
  if (next === undefined || next.startsWith('--')) return false
  return variable?.isSwitch ? /^(?:0|1|true|false)$/i.test(next) : true
}

const toVariableName = (bareName: string) => `${prefix}${bareName}`
const toFlag = (bareName: string) => `--${bareName.toLowerCase().replaceAll('_', '-')}`

/** Names are shown shortened and on one line. */
function printable(name: string): string {
  return JSON.stringify(name.slice(0, 60)).slice(1, -1)
}

function suggest(bareName: string, write: (bareName: string) => string): string {
  const wanted = bareName.toUpperCase().slice(0, 60)
  const known = table.map((variable) => variable.name.slice(prefix.length))
  // Relative to its length, or else short names would be near to everything.
  const ranked = known.map((name) => ({ name, distance: countEdits(wanted, name) / name.length }))
  const [nearest] = ranked.sort((a, b) => a.distance - b.distance)
  const isNear = nearest !== undefined && nearest.distance <= 0.5
  return isNear ? `; did you mean ${write(nearest.name)}?` : ''
}

/** Levenshtein's distance. */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let line = 1; line <= from.length; line += 1) {
    const next = [line]
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (from[line - 1] === to[column - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
