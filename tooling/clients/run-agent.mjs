// Runs one coding agent against a gateway whose provider is a scripted model of another dialect.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createGateway } from '../../packages/server/dist/index.js'
import { listen } from '../../packages/server/dist/node.js'
import { startRecordingProxy } from './recording-proxy.mjs'
import { startScriptedModel } from './scripted-model.mjs'

const patienceMs = 90_000
const answer = 'I have changed the greeting.'

/** What a provider of each dialect needs to reach the model. OpenAI itself would be asked in the words of the Responses API too. */
const providers = {
  'openai-chat': (url) => ({ type: 'openai_compatible', base_url: `${url}/v1` }),
  'anthropic-messages': (url) => ({ type: 'anthropic', base_url: url }),
  gemini: (url) => ({ type: 'gemini', base_url: url }),
}

/** The model's script: its next turn follows from how many results the history has. Requests without tools ask for a title. */
function scriptOf(turns) {
  const done = turns.map((_, at) => turns.slice(0, at).reduce((sum, calls) => sum + calls.length, 0))
  return ({ tools, results }) => {
    if (tools.length === 0) return { text: 'A greeting' }
    const at = done.indexOf(results.length)
    if (at < 0) return { text: answer }
    return { text: at === 0 ? 'I read the file.' : undefined, calls: turns[at].map((call, index) => ({ ...call, id: `${at}_${index}` })) }
  }
}

function start(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (piece) => (output += piece))
    child.stderr.on('data', (piece) => (output += piece))
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
    child.on('error', (error) => resolve({ code: -1, output: String(error) }))
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code, output })
    })
  })
}

/** Runs the agent in folders of its own. Returns what went wrong, nothing when the loop came to its end, and what the agent sent. */
export async function runAgent(agent, { dialect, folder, binFolder }) {
  const run = mkdtempSync(join(folder, 'run-'))
  const [home, workspace] = ['home', 'workspace'].map((name) => join(run, name))
  for (const path of [home, workspace]) mkdirSync(path)
  const file = join(workspace, 'greeting.txt')
  writeFileSync(file, 'Hello world\n')
  const model = await startScriptedModel(scriptOf(agent.calls(file)))
  const provider = { name: 'scripted', api_key: 'none', models: ['*'], ...providers[dialect](model.url) }
  const gateway = createGateway({ providers: [provider] })
  const listening = await listen(gateway, { host: '127.0.0.1', port: 0 })
  const proxy = await startRecordingProxy(`http://127.0.0.1:${listening.port}`)
  try {
    const target = { url: proxy.url, model: 'scripted/model' }
    const env = { PATH: process.env.PATH, HOME: home, ...agent.env(target) }
    const { code, output } = await start(join(binFolder, agent.bin), agent.args(target), { cwd: workspace, env })
    const problems = [
      ...(code === 0 ? [] : [`exit ${code}`]),
      ...(output.includes(answer) ? [] : ['the answer did not arrive']),
      ...(readFileSync(file, 'utf8') === 'Hello gateway\n' ? [] : ['the file was not edited']),
      ...model.seen.flatMap(({ problem }) => (problem === undefined ? [] : [`the model refused a request: ${problem}`])),
      ...proxy.seen.filter(({ status }) => status >= 400).map(({ method, path, status }) => `${method} ${path} was answered ${status}`),
    ]
    return { problems, output, sent: proxy.seen, run }
  } finally {
    proxy.close()
    await listening.stop(0)
    model.close()
  }
}
