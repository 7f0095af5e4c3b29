/** Named values of a statement. Arrays and buffers are allowed; dates are not. */
export type Parameters = Readonly<Record<string, unknown>>

/** A statement as PostgreSQL takes it. */
export interface BoundStatement {
  readonly text: string
  readonly values: unknown[]
}

interface ParsedStatement {
  readonly text: string
  /** In the order of their numbers. */
  readonly names: readonly string[]
}

/**
 * Makes the function that binds statements: `:name` becomes a numbered parameter, and `tintype.` the schema of the catalog.
 *
 * @param schema a plain identifier
 */
export function createBinder(schema: string): (sql: string, parameters?: Parameters) => BoundStatement {
  const parsed = new Map<string, ParsedStatement>()
  return (sql, parameters = {}) => {
    const statement = parsed.get(sql) ?? parse(sql, schema)
    parsed.set(sql, statement)
    return { text: statement.text, values: statement.names.map((name) => parameters[name] ?? null) }
  }
}

function parse(sql: string, schema: string): ParsedStatement {
  const names: string[] = []
  const numbered = sql.replace(/(?<!:):([a-zA-Z]\w*)/g, (_, name: string) => {
    if (!names.includes(name)) names.push(name)
    return `$${names.indexOf(name) + 1}`
  })
  return { text: inSchema(numbered, schema), names }
}

/** SQL whose names are qualified with `tintype`, for another schema. */
export function inSchema(sql: string, schema: string): string {
  return sql.replaceAll('tintype.', `"${schema}".`)
}
