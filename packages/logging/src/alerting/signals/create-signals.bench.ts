import { bench, describe } from 'vitest'
import { attemptWith, callWith, usageWith } from '../../record/__fixtures__/call.ts'
import { createSignals } from './create-signals.ts'

const signals = createSignals()
for (const provider of ['openai', 'anthropic', 'azure', 'cohere', 'mistral']) signals.read('error_rate', { provider }, 60_000)

const call = callWith({
  ...{ stream: true, costNanoUsd: 1_000_000, usage: usageWith({ outputTokens: 150 }), firstContentAtMs: 210, endedAtMs: 910 },
  attempts: [attemptWith({ answeredAtMs: 200, endedAtMs: 900 })],
})

describe('signals', () => {
  bench('take a call', () => {
    signals.onCall(call)
  })
  bench('read a quantile over five minutes', () => void signals.read('p99', {}, 300_000))
})
