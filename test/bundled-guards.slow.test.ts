import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ESTree, parseSync, Visitor } from 'vite'
import { expect, test } from 'vitest'
import { repository } from './support/start-tintype.ts'

interface Program {
  readonly file: string
  readonly code: string
}

const read = (pattern: string): Program[] =>
  globSync(pattern, { cwd: repository }).map((file) => ({
    file,
    code: readFileSync(join(repository, file), 'utf8'),
  }))
const sources = read('{apps/server,packages/*}/src/**/*.ts').filter(
  ({ file }) => !/\.test\.|\/testing\/|^packages\/(client|react)\//.test(file),
)
const bundle = read('apps/server/dist/*.js')

/** How often each function is called by a statement of its own, which throws or has another effect. */
function countStatements(programs: readonly Program[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { file, code } of programs) {
    const { program, errors } = parseSync(file, code)
    expect(errors).toEqual([])
    const renamed = file.endsWith('.ts') ? listForeign(program) : new Set<string>()
    new Visitor({
      ExpressionStatement({ expression }) {
        const name = nameCalled(expression)
        if (name !== undefined && !renamed.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1)
      },
    }).visit(program)
  }
  return counts
}

/** What a source imports from outside of the project, which the bundler may call by other names. */
function listForeign({ body }: ESTree.Program): Set<string> {
  const imports = body.filter((one) => one.type === 'ImportDeclaration')
  const foreign = imports.filter(({ source }) => !/^(\.|@tintype\/)/.test(source.value))
  return new Set(foreign.flatMap(({ specifiers }) => specifiers.map(({ local }) => local.name)))
}

function nameCalled(expression: ESTree.Expression): string | undefined {
  if (expression.type === 'AwaitExpression') return nameCalled(expression.argument)
  if (expression.type === 'UnaryExpression') return nameCalled(expression.argument)
  if (expression.type === 'ChainExpression') return nameCalled(expression.expression)
  if (expression.type !== 'CallExpression' && expression.type !== 'NewExpression') return undefined
  const { callee } = expression
  if (callee.type === 'Identifier') return callee.name.replace(/\$\d+$/, '')
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return undefined
  return `.${callee.property.name}`
}

/** The functions that sources call in more statements than their bundle, which also has the libraries. */
function findDropped(given: readonly Program[], bundled: readonly Program[]): string[] {
  const kept = countStatements(bundled)
  return [...countStatements(given)]
    .filter(([name, count]) => (kept.get(name) ?? 0) < count)
    .map(([name]) => name)
}

/** The texts of the errors that a program throws, without what is filled in. */
function readErrorTexts({ file, code }: Program): string[] {
  const texts: string[] = []
  new Visitor({
    ThrowStatement({ argument }) {
      if (argument.type !== 'NewExpression' && argument.type !== 'CallExpression') return
      for (const given of argument.arguments) {
        if (given.type === 'Literal' && typeof given.value === 'string') texts.push(given.value)
        if (given.type === 'TemplateLiteral')
          texts.push(...given.quasis.map(({ value }) => value.cooked ?? value.raw))
      }
    },
  }).visit(parseSync(file, code).program)
  return texts
}

test('the bundle of the server has every call of its sources whose result is not used', () => {
  expect(sources.length).toBeGreaterThan(300)
  expect(findDropped(sources, bundle)).toEqual([])
})

test('the bundle of the server has the text of every error that its sources throw', () => {
  const built = bundle.map(({ code }) => code.replaceAll('\\', '')).join('\n')
  const texts = sources.flatMap(readErrorTexts)
  // letters beyond ASCII are escaped in the bundle
  const plain = texts.filter((text) => /^[\x20-\x7e]+$/.test(text))
  expect(plain.length).toBeGreaterThan(300)
  expect(plain.filter((text) => !built.includes(text.replaceAll('\\', '')))).toEqual([])
})

test('a call that a bundler has dropped is found', () => {
  const code = `
    import { setTimeout as delay } from 'node:timers/promises'
    export async function read(path: string) {
      try { decodeURIComponent(path); await delay(1) } catch { return false }
      assertOpen(); options?.assertOpen()
    }`
  const bundled = 'async function read(path) { await wait(1); assertOpen$1(); options?.assertOpen() }'
  const dropped = findDropped([{ file: 'read.ts', code }], [{ file: 'read.js', code: bundled }])
  expect(dropped).toEqual(['decodeURIComponent'])
})
