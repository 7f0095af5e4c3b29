import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'vite'
import { expect, test } from 'vitest'

const directory = import.meta.dirname
const components = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.tsx'),
)

/** Attributes that a person reads or hears. */
const readAttributes = new Set(['alt', 'aria-label', 'aria-description', 'placeholder', 'title'])
const isText = (value: unknown) => typeof value === 'string' && /\p{Letter}/u.test(value)

interface Node {
  readonly type?: string
  readonly [key: string]: unknown
}

/** Texts that stand in the markup of a component itself. Names of files and variables, in `code`, are no texts. */
function textsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(textsIn)
  if (typeof node !== 'object' || node === null) return []
  const { type, value, name, ...rest } = node as Node
  if (type === 'JSXText') return isText(value) ? [String(value).trim()] : []
  if (type === 'JSXElement' && nameOf((rest.openingElement as Node)?.name) === 'code') return []
  if (type === 'JSXAttribute') {
    if (!readAttributes.has(nameOf(name) ?? '')) return []
    const literal = (value as Node | null)?.value
    return isText(literal) ? [String(literal)] : textsIn(value)
  }
  if (type === 'JSXExpressionContainer') {
    const expression = rest.expression as Node
    if (expression.type === 'Literal' && isText(expression.value)) return [String(expression.value)]
    if (expression.type === 'TemplateLiteral')
      return isText(JSON.stringify(expression.quasis)) ? literalsOf(expression) : []
  }
  return [...textsIn(value), ...textsIn(name), ...textsIn(Object.values(rest))]
}

const nameOf = (node: unknown) => (node as { name?: string } | undefined)?.name
const literalsOf = ({ quasis }: Node) =>
  (quasis as { value: { cooked: string } }[]).map((one) => one.value.cooked).filter(isText)

test('finds texts in markup', () => {
  const source =
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a part of the source
    '<p title="One">Two {three} <code>no</code><b className="no" aria-label={`Four ${five}`} /></p>'
  expect(textsIn(parseSync('a.tsx', source).program)).toEqual(['One', 'Two', 'Four '])
})

test.each(components)('%s has all its texts from strings.ts', (name) => {
  const { program, errors } = parseSync(name, readFileSync(join(directory, name), 'utf8'))
  expect(errors).toEqual([])
  expect(textsIn(program)).toEqual([])
})
