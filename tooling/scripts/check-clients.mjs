// Client libraries, unchanged and from their registries, against a gateway whose providers are scripted models of three dialects. They are installed
// into a folder of their own, in the versions of tooling/clients; what can't be installed is said, and skipped.
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGateway } from '../../packages/server/dist/index.js'
import { listen } from '../../packages/server/dist/node.js'
import { environment, root } from '../bootstrap/machine.mjs'
import { startScriptedModel } from '../clients/scripted-model.mjs'
import { expected, sdkScript } from '../clients/sdk-script.mjs'

/** Of one step: an installation, or a suite. */
const patienceMs = 300_000
const clients = join(root, 'tooling/clients')
/** The variables by which these libraries would find another server or another proxy than the one that is tested. */
const foreign = /^(OPENAI|ANTHROPIC|AZURE|LITELLM|LANGCHAIN|LANGSMITH|AI_GATEWAY)_|_PROXY$/i
const plain = Object.fromEntries(Object.entries(environment).filter(([name]) => !foreign.test(name)))

/** Runs a program to its end without blocking the gateway, which lives in this process. */
function run(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: patienceMs, ...options })
    let output = ''
    child.stdout.on('data', (piece) => (output += piece))
    child.stderr.on('data', (piece) => (output += piece))
    child.on('error', (error) => resolve({ code: -1, output: String(error) }))
    child.on('close', (code) => resolve({ code, output }))
  })
}

/** The programs that install a suite, and the one that runs it. */
const suites = {
  js: (folder) => ({
    install: [['npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']]],
    test: [process.execPath, ['--test', '--test-reporter=spec', 'clients.test.mjs']],
    folder,
  }),
  python: (folder) => ({
    install: [
      ['python3', ['-m', 'venv', 'venv']],
      ['venv/bin/python', ['-m', 'pip', 'install', '--quiet', '--no-compile', '--disable-pip-version-check', '-r', 'requirements.txt']],
    ],
    test: [join(folder, 'venv/bin/python'), ['-m', 'unittest', '-v', 'clients_test']],
    folder,
  }),
}

function install({ install: steps, folder }) {
  for (const [command, args] of steps) {
    const result = spawnSync(command, args, { cwd: folder, env: plain, encoding: 'utf8', timeout: patienceMs })
    if (result.status !== 0) return (result.error?.message ?? result.stderr).trim().split('\n').at(-1)
  }
  return undefined
}

const chosen = process.argv.slice(2)
const temporary = mkdtempSync(join(tmpdir(), 'proxyapi-clients-'))
const model = await startScriptedModel(sdkScript)
/** By name: OpenAI itself would be asked in the words of the Responses API too. */
const providers = {
  openai: { type: 'openai_compatible', base_url: `${model.url}/v1` },
  anthropic: { type: 'anthropic', base_url: model.url },
  gemini: { type: 'gemini', base_url: model.url },
}
const gateway = createGateway({
  providers: Object.entries(providers).map(([name, provider]) => ({ name, ...provider, api_key: 'none', models: ['*'] })),
  auth: { api_keys: ['sdk-key'] },
  // What is tested is one exchange, and the providers fail on purpose.
  caching: { enabled: false },
  routing: { retry: { max_attempts: 1 } },
  circuit_breaker: { enabled: false },
})
const listening = await listen(gateway, { host: '127.0.0.1', port: 0 })
const suite = { url: `http://127.0.0.1:${listening.port}`, providers: Object.keys(providers), expected }
const failed = []
try {
  for (const [name, create] of Object.entries(suites).filter(([name]) => chosen.length === 0 || chosen.includes(name))) {
    const folder = join(temporary, name)
    cpSync(join(clients, name), folder, { recursive: true })
    const planned = create(folder)
    const refusal = install(planned)
    if (refusal !== undefined) {
      process.stdout.write(`note  the ${name} clients could not be installed, and are not run: ${refusal}\n`)
      continue
    }
    const [command, args] = planned.test
    const { code, output } = await run(command, args, { cwd: folder, env: { ...plain, PROXYAPI_SUITE: JSON.stringify(suite) } })
    process.stdout.write(`${code === 0 ? 'ok   ' : 'FAIL '} ${name} clients\n`)
    if (code !== 0) process.stdout.write(output)
    if (code !== 0) failed.push(name)
  }
} finally {
  await listening.stop(0)
  model.close()
  rmSync(temporary, { recursive: true, force: true })
}
process.exit(failed.length > 0 ? 1 : 0)
