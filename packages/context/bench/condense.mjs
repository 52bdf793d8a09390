#!/usr/bin/env node
// CPU time of condensing, from the built package: `npx tsup && node bench/condense.mjs`.
// Cold means that every message is new to the condenser; warm, that only the question is new. Medians of CPU time, user and system.
import { createCondenser, createTokenCounter } from '../dist/index.js'

const counter = await createTokenCounter('gpt-4o')
const words =
  `deadline budget schedule module release harbour pilot invoice customer review session storage network vessel contract payment engine
 cluster document meeting report figure crane berth cargo signal window kernel buffer thread packet`.split(/\s+/)

/** Chance that is the same each run (a linear congruential generator). */
function createChance(seed) {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state % below
  }
}

function sentence(chance) {
  const length = 8 + chance(14)
  const text = Array.from({ length }, () => words[chance(words.length)] + (chance(9) === 0 ? chance(900) : '')).join(' ')
  return `${text[0].toUpperCase()}${text.slice(1)}${chance(6) === 0 ? '?' : '.'}`
}

function conversation(tokens, seed) {
  const chance = createChance(seed)
  const messages = []
  for (let total = 0; total < tokens; ) {
    const count = messages.length % 2 === 0 ? 2 : 12
    const content = Array.from({ length: count }, () => sentence(chance)).join(messages.length % 3 === 0 ? '\n' : ' ')
    messages.push({ role: messages.length % 2 === 0 ? 'user' : 'assistant', content })
    total += counter.count(content)
  }
  return messages
}

function cpuMs(run) {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const median = (values) => [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)]
const ask = (messages, question) => [...messages, { role: 'user', content: question }]

for (let round = 0; round < 4; round++) createCondenser({ counter }).condense({ messages: conversation(20_000, round), maxTokens: 4_000 })

console.log('tokens    format    cold ms  warm ms')
for (const tokens of [5_000, 20_000, 100_000]) {
  for (const format of ['summary', 'messages']) {
    const cold = []
    const warm = []
    for (let run = 0; run < 7; run++) {
      const messages = conversation(tokens, 100 + run)
      const condenser = createCondenser({ counter, maxBytes: 256e6 })
      const maxTokens = Math.ceil(tokens / 5)
      cold.push(cpuMs(() => condenser.condense({ messages: ask(messages, 'What about the deadline of the release?'), maxTokens, format })))
      warm.push(cpuMs(() => condenser.condense({ messages: ask(messages, 'Which customer pays the invoice?'), maxTokens, format })))
    }
    console.log(
      `${String(tokens).padEnd(9)} ${format.padEnd(9)} ${median(cold).toFixed(1).padStart(7)}  ${median(warm).toFixed(1).padStart(7)}`,
    )
  }
}
