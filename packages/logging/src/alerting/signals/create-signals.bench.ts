import { bench, describe } from 'vitest'
import { createSignals } from './create-signals.ts'

const signals = createSignals()
for (const provider of ['openai', 'anthropic', 'azure', 'cohere', 'mistral']) signals.read('error_rate', { provider }, 60_000)

const receipt = {
  outcome: 'complete',
  stream: true,
  attempts: [{ provider: 'openai', model: 'gpt-4o', startedAtMs: 0, answeredAtMs: 200, endedAtMs: 900, outcome: 'success' }],
  costNanoUsd: 1_000_000,
  wastedNanoUsd: 0,
  usage: { totalTokens: 150 },
  startedAtMs: 0,
  firstContentAtMs: 210,
  endedAtMs: 910,
} as const

describe('signals', () => {
  bench('take a receipt', () => {
    signals.onReceipt(receipt)
  })
  bench('read a quantile over five minutes', () => void signals.read('p99', {}, 300_000))
})
