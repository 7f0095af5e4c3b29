import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'vite'
import { expect, test } from 'vitest'

const directory = import.meta.dirname
const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
const components = files.filter((name) => name.endsWith('.tsx'))
const otherModules = files.filter((name) => /(?<!test)\.tsx?$/.test(name) && name !== 'strings.ts')

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

/** Texts that begin like a sentence. Errors that are thrown are for developers. */
function sentencesIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(sentencesIn)
  if (typeof node !== 'object' || node === null) return []
  const { type, ...rest } = node as Node
  if (type === 'NewExpression' && /Error$/.test(nameOf(rest.callee) ?? '')) return []
  const text =
    type === 'TemplateLiteral'
      ? (rest.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked).join('x')
      : type === 'Literal' && typeof rest.value === 'string'
        ? rest.value
        : ''
  const isSentence = /^\p{Lu}\p{Ll}+ \p{Ll}/u.test(text) && !text.startsWith('Bearer ')
  return [...(isSentence ? [text] : []), ...Object.values(rest).flatMap(sentencesIn)]
}

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

test('finds sentences in modules', () => {
  const source =
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a part of the source
    "f('Waiting for it', `Sent ${count}`, 'application/json', `Bearer ${key}`, new Error('Not so'))"
  expect(sentencesIn(parseSync('a.ts', source).program)).toEqual(['Waiting for it', 'Sent x'])
})

test('no module has a sentence of its own', () => {
  const sentences = otherModules.flatMap((name) => {
    const { program } = parseSync(name, readFileSync(join(directory, name), 'utf8'))
    return sentencesIn(program).map((sentence) => `${name}: ${sentence}`)
  })
  expect(otherModules.length).toBeGreaterThan(components.length)
  expect(sentences).toEqual([])
})
