// Every route, header and configuration key with seeded mutations: nothing that a client sends or a provider answers is an error of ours, and no
// configuration makes the reader of configurations fail. `--runs N` (default 10,000) and `--seed N`; a failure prints what repeats it.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../bootstrap/machine.mjs'
import { createRandom, mutate, mutateText, pick } from './hostility/mutate.mjs'
import { anySeed, headers as knownHeaders, seeds } from './hostility/seeds.mjs'

const option = (name, usual) => Number(process.argv[process.argv.indexOf(`--${name}`) + 1] ?? Number.NaN) || usual
const runs = process.argv.includes('--runs') ? option('runs', 10_000) : 10_000
const seed = process.argv.includes('--seed') ? option('seed', 1) : 1

const load = (file) => import(pathToFileURL(join(root, file)).href)
const { createGateway, parseConfig } = await load('packages/server/dist/index.js')
const { systemDeps } = await load('packages/core/dist/index.js')
const { parse: parseYaml } = createRequire(join(root, 'apps/gateway/package.json'))('yaml')
const exampleConfig = parseYaml(readFileSync(join(root, 'examples/gateway.yaml'), 'utf8'))

/** What a provider answers when it answers well, per dialect. */
const answers = {
  openai: {
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    system_fingerprint: 'f',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'hello',
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        finish_reason: 'stop',
        logprobs: { content: [{ token: 'a', logprob: -1, bytes: [97], top_logprobs: [] }] },
      },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2, prompt_tokens_details: { cached_tokens: 0 } },
    data: [{ object: 'embedding', index: 0, embedding: [1, 0] }],
    results: [{ index: 0, relevance_score: 0.5 }],
  },
  anthropic: {
    id: 'm',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [
      { type: 'text', text: 'x' },
      { type: 'tool_use', id: 't', name: 'f', input: {} },
    ],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1, output_tokens: 1 },
  },
  gemini: {
    responseId: 'r',
    modelVersion: 'm',
    candidates: [
      { index: 0, content: { role: 'model', parts: [{ text: 'x' }, { functionCall: { name: 'f', args: {} } }] }, finishReason: 'STOP' },
    ],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
  },
}
const events = {
  openai: [
    {
      id: 'c',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [
        {
          index: 0,
          delta: { role: 'assistant', content: 'a', tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '{}' } }] },
          finish_reason: null,
        },
      ],
    },
    { id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1 } },
  ],
  anthropic: [
    { type: 'message_start', message: { id: 'm', model: 'm', usage: { input_tokens: 1, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
    { type: 'message_stop' },
  ],
  gemini: [answers.gemini],
}
const failure = { error: { message: 'no', type: 'invalid_request_error', code: 'x', param: 'messages', status: 'INVALID_ARGUMENT' } }

let random = createRandom(seed)

function dialectOf(url) {
  return url.includes('claude.invalid') ? 'anthropic' : url.includes('gemini.invalid') ? 'gemini' : 'openai'
}

/** A provider that answers in its dialect, mostly wrong. */
async function respond(input) {
  const dialect = dialectOf(typeof input === 'string' ? input : input.url)
  const draw = random()
  if (draw < 0.1)
    return Response.json(mutate(random, failure), { status: pick(random, [400, 401, 404, 408, 413, 418, 422, 429, 500, 503, 529]) })
  if (draw < 0.15) throw new TypeError('fetch failed')
  if (draw < 0.5) {
    const list = events[dialect].map((event) => (random() < 0.4 ? mutate(random, event) : event))
    const text = list
      .map(
        (event) =>
          `${typeof event?.type === 'string' ? `event: ${event.type.replace(/[\r\n]/g, '')}\n` : ''}data: ${JSON.stringify(event)}\n\n`,
      )
      .join('')
    return new Response(random() < 0.2 ? mutateText(random, text) : text, { headers: { 'content-type': 'text/event-stream' } })
  }
  const text = JSON.stringify(mutate(random, answers[dialect]))
  return new Response(random() < 0.1 ? mutateText(random, text) : text, { headers: { 'content-type': 'application/json' } })
}

const internal = []
function open() {
  return createGateway(
    {
      providers: [
        { name: 'demo', type: 'demo' },
        { name: 'any', type: 'openai_compatible', base_url: 'http://any.invalid/v1', api_key: 'k', models: ['*'] },
        { name: 'claude', type: 'anthropic', base_url: 'http://claude.invalid', api_key: 'k', models: ['*'] },
        { name: 'gemini', type: 'gemini', base_url: 'http://gemini.invalid', api_key: 'k', models: ['*'] },
      ],
      circuit_breaker: { enabled: false },
      routing: { retry: { max_attempts: 1, attempts_per_target: 1 } },
      alerting: { enabled: false },
    },
    { deps: { ...systemDeps, fetch: respond }, onInternalError: (error) => internal.push(String(error.cause?.stack ?? error.stack)) },
  )
}

const gateway = open()
const description = await (await gateway.fetch('http://localhost/openapi.json')).json()
const routes = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => [method.toUpperCase(), path]),
)

function drawPath(path) {
  return path.replace(/\{[^}]*\}/g, () =>
    encodeURIComponent(String(pick(random, ['demo', 'echo', 'x', '..', '%zz', 'a'.repeat(300), 'demo/echo', '__proto__']))),
  )
}

/** Any value as a text that can stand in a URL. */
function toText(value) {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.replace(/\p{Surrogate}/gu, '')
}

function drawHeaders() {
  const headers = {
    'content-type': random() < 0.95 ? 'application/json' : pick(random, ['text/plain', 'application/json; charset=latin1', 'x']),
  }
  for (let left = Math.floor(random() * 3); left > 0; left--) {
    const name = pick(random, Object.keys(knownHeaders))
    const value = random() < 0.5 ? pick(random, knownHeaders[name]) : toText(mutate(random, pick(random, knownHeaders[name])))
    headers[name] = value.replace(/[^\x20-\x7e]/g, '').slice(0, 8_000)
  }
  return headers
}

function drawQuery() {
  if (random() < 0.8) return ''
  const names = [
    'q',
    'limit',
    'offset',
    'sort',
    'provider',
    'model',
    'from',
    'to',
    'cursor',
    'group_by',
    'format',
    'api-version',
    'tag',
    'user',
  ]
  return `?${pick(random, names)}=${encodeURIComponent(toText(mutate(random, 'x')).slice(0, 2_000))}`
}

function drawRequest() {
  const [method, path] = pick(random, routes)
  const url = `http://localhost${drawPath(path)}${drawQuery()}`
  const headers = drawHeaders()
  if (method === 'GET' || method === 'HEAD') return { url, init: { method, headers } }
  const body =
    JSON.stringify(mutate(random, pick(random, seeds[path.replace(/^\/openai\/(?:v1|deployments\/\{[^}]*\})/, '/v1')] ?? anySeed))) ?? ''
  return { url, init: { method, headers, body: random() < 0.1 ? mutateText(random, body) : body } }
}

/** Routes that stay open, or that end what the fuzz runs in. */
const left = ['/events', '/chaos/start', '/debug/memory']

async function fuzzRequest() {
  const { url, init } = drawRequest()
  if (left.some((part) => url.includes(part))) return undefined
  const response = await gateway.fetch(url, init)
  const text = await response.text()
  if (internal.length > 0 || response.status === 500)
    return `${init.method} ${url} ${init.body ?? ''}\n${response.status} ${text.slice(0, 500)}\n${internal.splice(0).join('\n')}`
  return undefined
}

function fuzzConfig() {
  let config = exampleConfig
  for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) config = mutate(random, config)
  try {
    parseConfig(config)
    return undefined
  } catch (error) {
    return `the configuration ${JSON.stringify(config)}\n${error?.stack}`
  }
}

const problems = new Set()
for (let run = 0; run < runs && problems.size < 10; run++) {
  random = createRandom(seed * 1_000_003 + run)
  const problem = run % 5 === 4 ? fuzzConfig() : await fuzzRequest()
  if (problem !== undefined) problems.add(`run ${run} (--seed ${seed}): ${problem.slice(0, 3_000)}`)
}
await gateway.close()
process.stdout.write(
  problems.size > 0
    ? `${[...problems].join('\n\n')}\n`
    : `${runs} mutations over ${routes.length} routes, seed ${seed}: no error of ours\n`,
)
process.exit(problems.size > 0 ? 1 : 0)
