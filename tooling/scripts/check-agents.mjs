// Coding agents from their registry, headless, against a gateway with a scripted model of another dialect: it reads a file, edits it and answers.
// The tool loop has to come to its end and the file has to be edited. `--record` writes what each agent sends into the fixtures of the protocol matrix.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environment } from '../bootstrap/machine.mjs'
import { agents } from '../clients/agents.mjs'
import { writeRecording } from '../clients/recording.mjs'
import { runAgent } from '../clients/run-agent.mjs'

/** Every agent over dialects that it does not speak itself. */
const runs = [
  ['claude-code', 'openai-chat'],
  ['claude-code', 'gemini'],
  ['codex', 'anthropic-messages'],
  ['codex', 'openai-chat'],
  ['opencode', 'anthropic-messages'],
]

function install(folder) {
  const packages = Object.values(agents).map((agent) => agent.package)
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', '--prefix', folder]
  const result = spawnSync('npm', [...args, ...packages], { cwd: folder, env: environment, encoding: 'utf8' })
  if (result.status !== 0) return result.stderr.split('\n')[0]
  // Each puts the program for this machine in its place; nothing else of an install script is run.
  for (const { setup } of Object.values(agents))
    if (setup !== undefined) spawnSync(process.execPath, [join(folder, 'node_modules', setup)], { cwd: folder, env: environment })
  return undefined
}

const folder = mkdtempSync(join(tmpdir(), 'proxyapi-agents-'))
let failures = 0
try {
  const binFolder = process.env.PROXYAPI_AGENTS ?? join(folder, 'node_modules/.bin')
  const refusal = existsSync(binFolder) ? undefined : install(folder)
  if (refusal !== undefined) process.stdout.write(`note  the agents could not be installed, and are not run: ${refusal}\n`)
  else
    for (const [name, dialect] of runs) {
      const { problems, output, sent, run } = await runAgent(agents[name], { dialect, folder, binFolder })
      process.stdout.write(`${problems.length === 0 ? 'ok   ' : 'FAIL '} ${name} over ${dialect}\n`)
      if (problems.length > 0) process.stdout.write(`${problems.join('\n')}\n${output.slice(-2000)}\n`)
      else if (process.argv.includes('--record')) writeRecording(name, agents[name], { sent, run })
      failures += problems.length
    }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit(failures > 0 ? 1 : 0)
