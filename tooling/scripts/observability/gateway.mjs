// The built gateway with keys, scripted providers and busy clients: what the dashboards are to show of the real thing.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../bootstrap/machine.mjs'
import { freePort } from '../free-port.mjs'
import { hasProgram } from './prometheus.mjs'

export const key = 'observed-client-key-0123456789'
const limitedKey = 'observed-limited-key-0123456789'

const delta = (fields) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, ...fields }] })}\n\n`
const usage = {
  ...{ prompt_tokens: 80, completion_tokens: 20, total_tokens: 100 },
  ...{ prompt_tokens_details: { cached_tokens: 16 }, completion_tokens_details: { reasoning_tokens: 4 } },
}

function answer(response, stream) {
  if (!stream) {
    const choices = [{ index: 0, message: { role: 'assistant', content: 'An answer.' }, finish_reason: 'stop' }]
    const body = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices, usage }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(delta({ delta: { role: 'assistant', content: 'An ' }, finish_reason: null }))
  const last = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage })}\n\n`
  setTimeout(() => response.end(`${delta({ delta: { content: 'answer.' }, finish_reason: 'stop' })}${last}data: [DONE]\n\n`), 5)
}

/** An OpenAI-compatible provider; `fails` decides which of its answers are errors, of which status. */
async function startProvider(fails, status = 500) {
  let count = 0
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const piece of request) text += piece
    if (fails(++count)) response.writeHead(status, { 'content-type': 'application/json' }).end('{"error":{"message":"down"}}')
    else if (text.includes('"of-nobody'))
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"no such model","code":"model_not_found"}}')
    else answer(response, JSON.parse(text || '{}').stream === true)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${server.address().port}/v1`, close: () => server.close().closeAllConnections() }
}

function configurationOf([shaky, sound, locked], redisUrl) {
  const models = [{ id: 'm', input_usd_per_million: 1, cached_input_usd_per_million: 0.1, output_usd_per_million: 2 }, 'unpriced']
  const provider = (name, { url }, more = {}) => ({ ...{ name, type: 'openai_compatible', base_url: url, models }, ...more })
  return {
    // Bursts find neither a place nor room in the queue.
    server: { port: 0, max_in_flight: 6, max_queue: 2 },
    providers: [
      provider('shaky', shaky),
      provider('sound', sound),
      provider('locked', locked),
      provider('open', sound, { models: ['*'] }),
      { name: 'demo' },
    ],
    models: [{ name: 'safe', targets: ['shaky/m'], fallbacks: ['sound/m'] }],
    circuit_breaker: { failure_threshold: 3, recovery_timeout: 1 },
    guardrails: [{ name: 'codenames', type: 'regex', patterns: ['aurora'], kind: 'codename', action: 'flag' }],
    auth: { api_keys: [key, { name: 'limited', key: limitedKey, limits: { requests_per_minute: 5 } }] },
    ...(redisUrl !== undefined && { redis: { url: redisUrl } }),
  }
}

/** The store that instances share; `undefined` where there is no redis-server. */
async function startRedis(folder) {
  if (!hasProgram('redis-server')) return undefined
  const port = await freePort()
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
  const child = spawn('redis-server', args, { stdio: 'ignore' })
  return { url: `redis://127.0.0.1:${port}`, child }
}

async function end(child) {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

async function startProcess(folder) {
  const args = [
    join(root, 'apps/gateway/dist/cli.js'),
    'start',
    '--config',
    join(folder, 'gateway.json'),
    '--data-dir',
    join(folder, 'data'),
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (bytes) => {
    said += bytes
  })
  for (let tries = 0; tries < 200; tries++) {
    const url = /http:\/\/\S+/.exec(said)?.[0]
    if (url !== undefined) return { url, child }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  child.kill('SIGKILL')
  throw new Error(`the gateway did not start:\n${said}`)
}

/** One request of the mix: whole answers and streams, an unknown price, refused keys, limits and credentials, bad bodies, paths and models of nobody. */
async function ask(url, index) {
  // No two of them alike: what a cache answers reaches no provider.
  const messages = [{ role: 'user', content: `Hello ${index}` }]
  const body = (fields) => JSON.stringify({ model: 'safe', messages, ...fields })
  const mix = [
    ['/v1/chat/completions', body({})],
    ['/v1/chat/completions', body({ stream: true })],
    ['/v1/chat/completions', body({ model: 'sound/unpriced' })],
    ['/v1/chat/completions', body({ messages: [] })],
    ['/v1/nothing'],
    ['/v1/chat/completions', body({}), 'a-wrong-key'],
    ['/v1/..%2f..%2fetc'],
    ['/v1/models'],
    ['/v1/chat/completions', body({}), limitedKey],
    ['/v1/chat/completions', body({ model: 'locked/m' })],
    ['/v1/chat/completions', body({ model: `open/of-nobody-${index}` })],
    ['/v1/chat/completions', body({ messages: [{ role: 'user', content: `project aurora ${index}` }] })],
  ]
  const [path, text, given = key] = mix[index % mix.length]
  const headers = { authorization: `Bearer ${given}`, 'content-type': 'application/json' }
  const response = await fetch(url + path, text === undefined ? { headers } : { method: 'POST', headers, body: text })
  await response.text()
}

const burst = 40
const everyMs = 20
/** Between two bursts, in requests of the mix. */
const burstEvery = 100

/** The gateway under load; `url` is what Prometheus scrapes, `lacks` names metrics that this machine can't have, with the reason. */
export async function startGateway() {
  const folder = mkdtempSync(join(tmpdir(), 'proxyapi-observed-'))
  const providers = [await startProvider((count) => count % 3 > 0), await startProvider(() => false), await startProvider(() => true, 401)]
  const redis = await startRedis(folder)
  writeFileSync(join(folder, 'gateway.json'), JSON.stringify(configurationOf(providers, redis?.url)))
  const { url, child } = await startProcess(folder)
  let index = 0
  const send = () => void ask(url, index++).catch(() => undefined)
  const timer = setInterval(() => {
    for (let count = index % burstEvery === 0 ? burst : 1; count > 0; count--) send()
  }, everyMs)
  return {
    url: `${url}/metrics/prometheus`,
    lacks: redis === undefined ? { limit_store_up: 'redis-server is not installed' } : {},
    close: async () => {
      clearInterval(timer)
      await end(child)
      if (redis !== undefined) await end(redis.child)
      for (const provider of providers) provider.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
