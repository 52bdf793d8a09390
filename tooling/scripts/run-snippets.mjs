// Runs what the pages of the documentation tell a reader to do, from top to bottom, with the built gateway. In these pages:
//   `yaml` is a configuration: it is checked, and kept as gateway.yaml when its first line says so; `sh` is run; `npm start` starts the gateway, and ends the one before;
//   `js` and `ts` are programs; `python` too, where its packages can be installed. `json` behind one of them is a part of its output, `text` the whole.
// `<!-- not run: why -->` before a block leaves it out.
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import ts from 'typescript'
import { root } from '../bootstrap/machine.mjs'
import { freePort } from './free-port.mjs'

const pages = [
  'index',
  'getting-started',
  'providers',
  'routing',
  'caching',
  'condensation',
  'observability',
  'security',
  'limits-and-budgets',
  'guardrails',
  'migrating-from-portkey',
  'migrating-from-litellm',
  'operations',
  'recordings',
  'compliance',
  'errors',
  'pt/index',
  'pt/getting-started',
]

const cli = join(root, 'apps/gateway/dist/cli.js')
const patienceMs = 60_000
const notes = []
const problems = []
let ran = 0

/** Blocks in their order, each with its line in the page. */
function blocksOf(text) {
  return [...text.matchAll(/(?:<!-- not run: (.+?) -->\n)?^```(\w+)\n([\s\S]*?)^```$/gm)].map(([whole, reason, language, code], index) => ({
    reason,
    language,
    code,
    index,
    line: text.slice(0, text.indexOf(whole)).split('\n').length,
  }))
}

/** Every member of the expected value is in the found one; lists have the same order, and may go on. */
function has(found, expected) {
  if (typeof expected === 'string' && expected.includes('…'))
    return typeof found === 'string' && expected.split('…').every((part) => found.includes(part))
  if (typeof expected !== 'object' || expected === null) return found === expected
  return typeof found === 'object' && found !== null && Object.entries(expected).every(([name, value]) => has(found[name], value))
}

/** The folder in which a reader would be: the clone, with files of their own. */
function openFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'proxyapi-docs-'))
  for (const name of ['apps', 'packages', 'examples', 'deploy']) symlinkSync(join(root, name), join(folder, name))
  mkdirSync(join(folder, 'node_modules/@proxyapi'), { recursive: true })
  for (const name of ['core', 'context', 'logging', 'server'])
    symlinkSync(join(root, 'packages', name), join(folder, 'node_modules/@proxyapi', name))
  for (const name of ['openai', '@anthropic-ai'])
    symlinkSync(join(root, 'apps/gateway/node_modules', name), join(folder, 'node_modules', name))
  mkdirSync(join(folder, 'bin'))
  // `npm start` of a clone installs and builds first, which has been done.
  writeFileSync(join(folder, 'bin/npm'), `#!/bin/sh\nshift\n[ "$1" = -- ] && shift\nexec "${process.execPath}" "${cli}" start "$@"\n`, {
    mode: 0o755,
  })
  return folder
}

/** Variables that an example refers to have a value; what the machine has of its own is no part of an example. */
function environmentOf(folder, port, code) {
  const named = [...code.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name]) => [name, 'value-for-the-example'])
  const { PATH, HOME, LANG } = process.env
  // Nothing leaves this machine, whatever a page's keys would enable.
  const closed = { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' }
  return { HOME, LANG, ...closed, ...Object.fromEntries(named), PATH: join(folder, 'bin') + delimiter + PATH, PORT: String(port) }
}

function run(command, args, { folder, port, code }) {
  ran += 1
  return spawnSync(command, args, { cwd: folder, env: environmentOf(folder, port, code), encoding: 'utf8', timeout: patienceMs })
}

async function isReady(port) {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health/live`)).ok
  } catch {
    return false
  }
}

/** A gateway in a process group of its own: the shell that a page starts it by ends with it. */
async function startGateway(code, { folder, port, environment }) {
  ran += 1
  const log = openSync(join(folder, 'gateway.log'), 'w')
  const child = spawn('bash', ['-c', code], { cwd: folder, env: environment, stdio: ['ignore', log, log], detached: true })
  closeSync(log)
  const until = Date.now() + patienceMs
  while (child.exitCode === null && Date.now() < until && !(await isReady(port))) await sleep(50)
  if (await isReady(port)) return child
  throw new Error(`the gateway did not start:\n${readFileSync(join(folder, 'gateway.log'), 'utf8').slice(-1_000)}`)
}

async function stop(child) {
  if (child === undefined || child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  process.kill(-child.pid, 'SIGTERM')
  await ended
}

function checkConfiguration(code, state) {
  const file = code.startsWith('# gateway.yaml\n') ? 'gateway.yaml' : 'snippet.yaml'
  writeFileSync(join(state.folder, file), code)
  return run(process.execPath, [cli, 'check', '--config', file], { ...state, code })
}

/** A Python that has the packages of a program, in the versions that the client libraries are tested in; `undefined` where they can't be installed. */
function pythonWith(packages) {
  const pinned = readFileSync(join(root, 'tooling/clients/python/requirements.txt'), 'utf8').split('\n')
  const wanted = packages.flatMap((name) => pinned.filter((line) => line.startsWith(`${name}==`)))
  const folder = mkdtempSync(join(tmpdir(), 'proxyapi-python-'))
  const python = join(folder, 'bin/python')
  const steps = [
    ['python3', ['-m', 'venv', folder]],
    [python, ['-m', 'pip', 'install', '--quiet', '--no-compile', '--disable-pip-version-check', ...wanted]],
  ]
  const isReady = steps.every(([command, args]) => spawnSync(command, args, { timeout: 5 * patienceMs }).status === 0)
  return { folder, command: isReady ? python : undefined }
}

/** By the packages: pages share them. */
const pythons = new Map()

function runPython(code, state) {
  writeFileSync(join(state.folder, 'snippet.py'), code)
  const packages = [...code.matchAll(/^(?:from|import) (\w+)/gm)].map(([, name]) => name)
  const key = packages.join()
  if (!pythons.has(key)) pythons.set(key, pythonWith(packages))
  const { command } = pythons.get(key)
  if (command !== undefined) return run(command, ['snippet.py'], { ...state, code })
  notes.push(`${state.page}: Python is only compiled, ${key} could not be installed`)
  return run('python3', ['-m', 'py_compile', 'snippet.py'], { ...state, code })
}

function runProgram(code, state) {
  writeFileSync(join(state.folder, 'snippet.mjs'), code)
  return run(process.execPath, ['snippet.mjs'], { ...state, code })
}

const runners = {
  yaml: checkConfiguration,
  sh: (code, state) => run('bash', ['-euo', 'pipefail', '-c', code], { ...state, code }),
  js: runProgram,
  ts: (code, state) => runProgram(ts.transpile(code, { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 }), state),
  python: runPython,
}

/** What is wrong with the end of a program, or with what it printed. */
function problemOf({ status, stdout, stderr }, expected) {
  if (status !== 0) return `ended with ${status}\n${stdout}${stderr}`
  if (expected?.language === 'text')
    return stdout.trim() === expected.code.trim() ? undefined : `printed\n${stdout}\nbut not\n${expected.code}`
  if (expected?.language === 'json')
    return has(JSON.parse(stdout), JSON.parse(expected.code)) ? undefined : `printed\n${stdout}\nwhich does not have\n${expected.code}`
  return stdout.startsWith('{"error"') ? `answered ${stdout}` : undefined
}

async function runBlock(block, next, state) {
  const code = block.code.replaceAll('127.0.0.1:8000', `127.0.0.1:${state.port}`)
  if (block.language === 'sh' && /^[^#\n]*\bnpm start\b/m.test(code)) {
    await stop(state.gateway)
    state.gateway = undefined
    state.gateway = await startGateway(code, { ...state, environment: environmentOf(state.folder, state.port, code) })
    return undefined
  }
  return problemOf(runners[block.language](code, state), next)
}

async function runPage(page) {
  const blocks = blocksOf(readFileSync(join(root, 'docs', `${page}.md`), 'utf8'))
  const state = { page, folder: openFolder(), port: await freePort(), gateway: undefined }
  try {
    for (const block of blocks.filter(({ language }) => Object.hasOwn(runners, language))) {
      if (block.reason !== undefined) notes.push(`${page}:${block.line} is not run: ${block.reason}`)
      else {
        const problem = await runBlock(block, blocks[block.index + 1], state)
        if (problem !== undefined) problems.push(`docs/${page}.md:${block.line} (${block.language}) ${problem}`)
      }
    }
  } catch (error) {
    problems.push(`docs/${page}.md: ${error.message}`)
  } finally {
    await stop(state.gateway)
    rmSync(state.folder, { recursive: true, force: true })
  }
}

const named = process.argv.slice(2)
const chosen = named.length === 0 ? pages : named
for (const page of chosen) await runPage(page)
for (const { folder } of pythons.values()) rmSync(folder, { recursive: true, force: true })
for (const note of notes) process.stdout.write(`note  ${note}\n`)
if (problems.length > 0) {
  process.stdout.write(`${problems.join('\n\n')}\n`)
  process.exit(1)
}
process.stdout.write(`ran ${ran} snippets of ${chosen.length} pages\n`)
