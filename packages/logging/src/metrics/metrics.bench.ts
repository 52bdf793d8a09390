import { bench, describe } from 'vitest'
import { callWith, requestWith, usageWith } from '../record/__fixtures__/call.ts'
import type { CallRecord } from '../record/call-record.ts'
import { createMetrics } from './metrics.ts'

const metrics = createMetrics({ providers: ['openai'], models: ['gpt-4o'] })
const attempt = { provider: 'openai', model: 'gpt-4o', reason: 'first', outcome: 'success', startedAtMs: 1_002, endedAtMs: 1_302 } as const
const usage = usageWith({ inputTokens: 812, outputTokens: 150, cachedInputTokens: 64, reasoningTokens: 20 })
const plain = callWith({
  stream: false,
  outcome: 'complete',
  attempts: [{ ...attempt, usage, costNanoUsd: 1_250_000 }],
  winner: 0,
  cache: { status: 'miss' },
  startedAtMs: 1_000,
  endedAtMs: 1_305,
})
const [winner] = plain.attempts
const failover: CallRecord = {
  ...plain,
  stream: true,
  firstContentAtMs: 1_100,
  winner: 1,
  attempts: [{ ...attempt, outcome: 'server' }, ...(winner ? [{ ...winner, answeredAtMs: 1_099 }] : [])],
}
const http = requestWith({ endedAtMs: 305 })
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'

describe('metrics of a request', () => {
  bench('a plain answer', () => {
    metrics.onCall(plain)
    metrics.onHttp(http)
  })
  bench('a stream after a failover', () => {
    metrics.onCall(failover)
    metrics.onHttp(http)
  })
  bench('a plain answer with its trace', () => {
    metrics.onCall({ ...plain, traceId })
    metrics.onHttp({ ...http, traceId })
  })
})

describe('a scrape', () => {
  bench('of one model', async () => {
    await metrics.prometheus()
  })
})
