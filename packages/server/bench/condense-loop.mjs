#!/usr/bin/env node
// How long POST /api/condense holds the event loop: `npx tsup && node bench/condense-loop.mjs`.
// Several conversations of about 100,000 tokens are condensed at once, each read for the first time, through the built package. Each round
// of the event loop is measured in CPU time, which other processes don't disturb, and by perf_hooks' own monitor, in wall time.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createGateway } from '../dist/index.js'

const gateway = createGateway({ caching: { enabled: false } })
const words =
  'the keeper wrote that lamp boat storm signal harbour crew north south ladder replaced repaired checked before after because Friday'.split(
    ' ',
  )
let seed = 7
function draw(count) {
  seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff
  return seed % count
}

function conversation(tokens) {
  const messages = []
  for (let left = tokens; left > 0; left -= 100) {
    const sentences = Array.from(
      { length: 5 },
      () => `${Array.from({ length: 16 }, () => words[draw(words.length)]).join(' ')} L-${draw(9_999)}.`,
    )
    messages.push({ role: messages.length % 2 === 0 ? 'user' : 'assistant', content: sentences.join(' ') })
  }
  return messages
}

function bodyOf(tokens) {
  return JSON.stringify({ messages: conversation(tokens), max_tokens: 2_000 })
}

async function condense(body) {
  const response = await gateway.fetch('http://gateway/api/condense', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  return (await response.json()).original_tokens
}

/** The rounds of the event loop while `work` runs, in milliseconds of CPU. */
async function roundsOf(work) {
  const rounds = []
  let last = process.cpuUsage()
  let isDone = false
  const look = () => {
    const { user, system } = process.cpuUsage(last)
    rounds.push((user + system) / 1000)
    last = process.cpuUsage()
    if (!isDone) setImmediate(look)
  }
  setImmediate(look)
  const result = await work()
  isDone = true
  return { rounds: rounds.sort((a, b) => b - a), result }
}

for (const tokens of [2_000, 20_000, 100_000]) await condense(bodyOf(tokens))
for (const atOnce of [1, 4]) {
  const bodies = Array.from({ length: atOnce }, () => bodyOf(100_000))
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const { rounds, result } = await roundsOf(() => Promise.all(bodies.map(condense)))
  delay.disable()
  const ms = (value) => `${value.toFixed(1)} ms`
  console.log(
    `${atOnce} at once, ${result[0]} tokens each: longest rounds ${rounds.slice(0, 4).map(ms).join(', ')} of CPU; ` +
      `perf_hooks p50 ${ms(delay.percentile(50) / 1e6)}, p99 ${ms(delay.percentile(99) / 1e6)}, longest ${ms(delay.max / 1e6)}`,
  )
}
await gateway.close()
