// Type-checks every example and runs it against the built packages: it must print what its output.txt says, and its tests must pass.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from '../bootstrap/machine.mjs'
import { exampleNames, examplesFolder } from './examples.mjs'

const packages = ['core', 'context', 'logging', 'server']
const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, rewriteRelativeImportExtensions: true }
const folder = mkdtempSync(join(tmpdir(), 'proxyapi-examples-'))
const problems = []

function typeCheck(names) {
  const { config } = ts.readConfigFile(join(examplesFolder, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, examplesFolder)
  const files = names.flatMap((name) => readdirSync(join(examplesFolder, name)).map((file) => join(examplesFolder, name, file)))
  const program = ts.createProgram(
    files.filter((file) => file.endsWith('.ts')),
    options,
  )
  const host = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => root, getNewLine: () => '\n' }
  // The packages have a check of their own.
  const own = ts.getPreEmitDiagnostics(program).filter(({ file }) => file === undefined || file.fileName.startsWith(`${examplesFolder}/`))
  if (own.length > 0) problems.push(ts.formatDiagnostics(own, host))
}

/** A folder outside the workspace in which the packages resolve as they would when installed. */
function prepare() {
  mkdirSync(join(folder, 'node_modules/@proxyapi'), { recursive: true })
  for (const name of packages) symlinkSync(join(root, 'packages', name), join(folder, 'node_modules/@proxyapi', name))
  symlinkSync(join(root, 'packages/server/node_modules/valibot'), join(folder, 'node_modules/valibot'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
}

/** What went wrong in the example's own tests; `undefined` when they passed, and where there are none. */
function testProblemOf(target) {
  const tests = readdirSync(target).filter((file) => file.endsWith('.test.js'))
  if (tests.length === 0) return undefined
  const result = spawnSync(process.execPath, ['--test', ...tests], { cwd: target, encoding: 'utf8', timeout: 60_000 })
  return result.status === 0 ? undefined : `${target}: ${result.stdout}${result.stderr}`
}

/** What went wrong when the example ran; `undefined` when it printed what it should. */
function problemOf(name) {
  const target = join(folder, name)
  cpSync(join(examplesFolder, name), target, { recursive: true })
  for (const file of readdirSync(target).filter((path) => path.endsWith('.ts'))) {
    const { outputText } = ts.transpileModule(readFileSync(join(target, file), 'utf8'), { compilerOptions })
    writeFileSync(join(target, file.replace(/\.ts$/, '.js')), outputText)
  }
  const result = spawnSync(process.execPath, ['main.js'], { cwd: target, encoding: 'utf8', timeout: 60_000 })
  const expected = readFileSync(join(examplesFolder, name, 'output.txt'), 'utf8')
  if (result.status === 0 && result.stdout === expected) return testProblemOf(target)
  return `${name}: expected\n${expected}\nbut got (exit ${result.status})\n${result.stdout}\n${result.stderr}`
}

function run(name) {
  const problem = problemOf(name)
  if (problem === undefined) process.stdout.write(`ok    ${name}\n`)
  else problems.push(problem)
}

try {
  const chosen = process.argv.slice(2)
  const names = exampleNames().filter((name) => chosen.length === 0 || chosen.includes(name))
  typeCheck(names)
  prepare()
  for (const name of names) run(name)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`)
  process.exit(1)
}
