// Work on foreign texts grows no faster than the texts: each parser over texts made to be dear, at growing sizes. Prints the processor time per
// byte of each size. A parser fails when a text of sixteen times the size takes more than sixty times as long: what is quadratic takes 256 times.
// `--full` goes up to 20 MB.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../bootstrap/machine.mjs'

const load = (file) => import(pathToFileURL(join(root, file)).href)
const { createMasker } = await load('packages/logging/dist/index.js')
const { createCondenser, createTokenCounter } = await load('packages/context/dist/index.js')
const { createGateway } = await load('packages/server/dist/index.js')
const wire = await load('packages/core/dist/wire/index.js')

const sizes = process.argv.includes('--full') ? [1_000, 16_000, 256_000, 4_000_000, 20_000_000] : [16_000, 256_000]
const maxGrowth = 60 / 16
/** Shorter runs say more of the machine than of the parser. */
const worthJudgingMs = 30
/** How often the larger text is taken again before its parser is called slow. */
const moreRuns = 12

const masker = createMasker({ secrets: ['hunter2-very-secret'], emails: true, cards: true })
const counter = await createTokenCounter('gpt-4o')
const encoder = new TextEncoder()

/** Pushes bytes in pieces as small as a network can make them. */
function push(framer, text, size) {
  const bytes = encoder.encode(text)
  try {
    for (let start = 0; start < bytes.length; start += size) framer.push(bytes.subarray(start, start + size))
    framer.end()
  } catch (error) {
    if (!wire.isWireError(error)) throw error
  }
}

/** A text past one guardrail, on its way through a gateway whose provider answers at once. */
function guarded(guardrail) {
  const answer = {
    id: 'x',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: '' }, finish_reason: 'stop' }],
  }
  const deps = {
    ...{
      now: () => 0,
      monotonicNow: () => 0,
      random: () => 0.5,
      newId: () => 'id',
      sleep: async () => undefined,
      setTimer: () => () => undefined,
      defer: (run) => run(),
    },
    fetch: async () => new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } }),
  }
  const provider = { name: 'up', type: 'openai', api_key: 'k', base_url: 'http://up.test/v1', models: ['*'] }
  const config = { providers: [provider], caching: { enabled: false }, condensation: { enabled: false }, server: { max_body_mb: 100 } }
  const gateway = createGateway({ ...config, guardrails: [{ name: 'guarded', ...guardrail }] }, { deps })
  return async (content) => {
    const body = JSON.stringify({ model: 'up/m', messages: [{ role: 'user', content }] })
    const response = await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    const text = await response.text()
    if (response.status !== 200) throw new Error(`The gateway answered ${response.status}: ${text}`)
  }
}

const limits = { maxDepth: 1e9, maxContainers: 1e9, maxMembers: 1e9 }
const condense = (content) =>
  createCondenser({ counter, maxBytes: 1 }).condense({
    messages: [
      { role: 'user', content },
      { role: 'user', content: 'x' },
    ],
    maxTokens: 100,
  })

const parsers = [
  [
    'masker',
    masker.mask,
    ['cookie: a ', 'sk-', 'eyJaaaaa.', 'token="', 'bearer ', 'a@b.c.', '4111111111111111 ', '-----BEGIN A KEY-----', 'a://b:c', '\\"'],
  ],
  ['condenser', condense, ['.', '\n', '. ', 'a   b', '[{', '"\\', 'ก', 'x', '`', '| a ', '#', 'word, ', 'A.B ', '1,']],
  ['token counter', (text) => counter.count(text), ['a', ' ', 'é', '漢字', 'a1 ', '\n ', '😀']],
  ['event framer, pieces of 64 bytes', (text) => push(wire.createSseFramer(), text, 64), [': x\n', 'a\n', 'data: x\n', '\r', 'x', ':\n\n']],
  ['event framer, pieces of one byte', (text) => push(wire.createSseFramer(), text, 1), [': x\n', 'data: x\n', 'x']],
  ['line framer', (text) => push(wire.createNdjsonFramer(), text, 64), ['x', '{}\n', '\n']],
  [
    'guardrail: personal data',
    guarded({ type: 'personal_data' }),
    ['a@', 'a@b.c ', 'a', '1', '1 ', '4111 1111 1111 1111 ', '1.1.1.', '::', '+1', 'DE89 ', 'AB 12 ', 'tel 1', ' ', '\\n@a.b'],
  ],
  ['guardrail: secrets', guarded({ type: 'secrets' }), ['-----BEGIN A KEY-----\n', '\n', 'x', 'sk-', 'bearer ']],
  [
    'guardrail: prompt injection',
    guarded({ type: 'prompt_injection', action: 'flag' }),
    ['ignore ', 'ignore all ', 'a', 'é', '\u200b', '<|im_start|>'],
  ],
  [
    'guardrail: expressions',
    guarded({ type: 'regex', action: 'redact', patterns: ['(a+)+$', 'x.{1,200}y', '(?i)ab|cd'] }),
    ['a', 'x', 'ab', 'xy'],
  ],
  ['JSON limits', (text) => wire.exceededJsonLimit(text, limits), ['{},', '"\\', '\\\\"', '[', '"']],
]

async function cpuMs(run) {
  const before = process.cpuUsage()
  await run()
  const { user } = process.cpuUsage(before)
  return user / 1_000
}

const problems = []
for (const [name, run, seeds] of parsers) {
  for (const seed of seeds) {
    const figures = []
    for (const size of sizes) {
      const text = seed.repeat(Math.ceil(size / seed.length))
      const take = () => cpuMs(() => run(text))
      figures.push({ size, take, ms: Math.min(await take(), await take(), await take()) })
    }
    const perByte = figures.map(({ size, ms }) => `${Math.round((ms * 1e6) / size)}`.padStart(6)).join('')
    process.stdout.write(`${name.padEnd(34)} ${JSON.stringify(seed).padEnd(26)} ${perByte} ns a byte\n`)
    const small = figures.at(-2)
    const large = figures.at(-1)
    const growth = () => large.ms / large.size / (Math.max(small.ms, 1) / small.size)
    const isSuspect = () => large.ms > worthJudgingMs && growth() > maxGrowth
    // The least of many runs is the parser's own cost: a busy machine and the collector only ever add to it.
    for (let more = 0; more < moreRuns && isSuspect(); more += 1) large.ms = Math.min(large.ms, await large.take())
    if (isSuspect()) problems.push(`${name}: ${JSON.stringify(seed)} takes ${growth().toFixed(1)} times as long a byte`)
  }
}
if (problems.length > 0) {
  process.stdout.write(`${problems.join('\n')}\n`)
  process.exit(1)
}
process.exit(0)
