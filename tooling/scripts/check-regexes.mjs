// Every regular expression of ours takes time in proportion to its text: those written as literals, and those that a package builds when it
// loads. Decided by recheck (automata, and an attack by fuzzing where an expression looks around itself), in JavaScript and offline.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { root } from '../bootstrap/machine.mjs'

process.env.RECHECK_BACKEND = 'pure'
const { check } = await import('recheck')
/** Automata answer at once or not at all. */
const proof = { checker: 'automaton', timeout: 10_000 }
const attack = { checker: 'fuzz', timeout: 20_000 }

/** What the check can't decide in its time, and why it is linear. A find that is vulnerable can't be excused. */
const undecided = new Map([
  ['-----BEGIN CERTIFICATE', 'no hyphen may stand between the marks: each beginning reads to the next hyphen alone'],
  ['null|true|false|undefined|none', 'anchored, and each of its ways has at most one unbounded class, which the next character ends'],
  ['(o[13]-pro', 'anchored, and each of its ways has at most one unbounded class'],
  ['(bearer|basic)', 'behind at most four gaps one class runs to the end of the match: nothing follows that could fail'],
  ['webhook\\.office\\.com', 'three bounded parts, then one class to the end of the match: nothing follows that could fail'],
  [
    'sk-(?<=',
    'each mark is followed by one class, repeated: nothing follows that could fail; the look-behind is at most 9 characters long',
  ],
])

const packages = ['core', 'context', 'logging', 'server']

function sourceFiles() {
  const { stdout } = spawnSync('git', ['ls-files', 'packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'], { cwd: root, encoding: 'utf8' })
  return stdout.split('\n').filter((file) => file !== '' && !/\.(?:test|test-d|bench)\.ts$|__fixtures__|\/testing\//.test(file))
}

function literalsOf(file) {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true)
  const found = []
  const visit = (node) => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/')
      const { line } = source.getLineAndCharacterOfPosition(node.getStart())
      found.push({ place: `${file}:${line + 1}`, source: node.text.slice(1, end), flags: node.text.slice(end + 1) })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** The expressions that the built packages put together out of pieces while they load. */
async function builtOnLoad() {
  const found = []
  const Native = RegExp
  globalThis.RegExp = new Proxy(Native, {
    construct: (target, given) => {
      const made = Reflect.construct(target, given)
      const caller = new Error().stack?.split('\n')[2] ?? ''
      const place = Native(`packages/(?:${packages.join('|')})/dist/[^)]*`).exec(caller)?.[0]
      if (place !== undefined) found.push({ place, source: made.source, flags: made.flags })
      return made
    },
  })
  for (const name of packages) {
    for (const entry of ['index', 'node']) await import(pathToFileURL(join(root, 'packages', name, 'dist', `${entry}.js`)).href)
  }
  globalThis.RegExp = Native
  return found
}

function isExcused(source) {
  return [...undecided.keys()].some((part) => source.includes(part))
}

function problemOf({ place, source, flags }, { status, complexity, attack, error }) {
  if (status === 'safe' || (status === 'unknown' && isExcused(source))) return undefined
  const why = status === 'vulnerable' ? `${complexity.summary}, for ${attack.pattern}` : (error?.kind ?? status)
  return `${place}: /${source}/${flags}\n  ${why}`
}

async function judge({ source, flags }) {
  const proven = await check(source, flags, proof)
  return proven.status === 'unknown' ? check(source, flags, attack) : proven
}

const expressions = new Map()
for (const found of [...sourceFiles().flatMap(literalsOf), ...(await builtOnLoad())]) {
  const key = `${found.source}/${found.flags}`
  if (!expressions.has(key)) expressions.set(key, found)
}
const problems = []
for (const found of expressions.values()) {
  const problem = problemOf(found, await judge(found))
  if (problem !== undefined) problems.push(problem)
}
if (problems.length > 0) {
  process.stdout.write(`${problems.join('\n')}\n`)
  process.exit(1)
}
process.stdout.write(`${expressions.size} regular expressions take linear time\n`)
