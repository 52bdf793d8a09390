import type { AttemptRecord, CallRecord, UsageRecord } from '../call-record.ts'

export interface MixedCall {
  readonly receipt: CallRecord
}

/** Mulberry32: the same numbers for the same seed, uniform in [0, 1). */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface Draw {
  readonly chance: (probability: number) => boolean
  readonly upTo: (most: number) => number
  readonly one: <Item>(items: readonly Item[]) => Item
}

function createDraw(random: () => number): Draw {
  const upTo = (most: number): number => Math.floor(random() * (most + 1))
  return { chance: (probability) => random() < probability, upTo, one: (items) => items[upTo(items.length - 1)] as (typeof items)[number] } // an index of the array
}

function drawUsage(draw: Draw): UsageRecord {
  const inputTokens = draw.upTo(100_000)
  const outputTokens = draw.upTo(8000)
  const cachedInputTokens = draw.chance(0.4) ? draw.upTo(inputTokens) : undefined
  return {
    ...{ inputTokens, outputTokens, totalTokens: inputTokens + outputTokens, cachedInputTokens },
    cacheWriteTokens: draw.chance(0.2) ? draw.upTo(inputTokens - (cachedInputTokens ?? 0)) : undefined,
    reasoningTokens: draw.chance(0.3) ? draw.upTo(outputTokens) : undefined,
  }
}

const models = [
  ['openai', 'gpt-4o'],
  ['openai', 'o3'],
  ['anthropic', 'claude-sonnet-4'],
  ['acme', 'unpriced'],
] as const satisfies readonly (readonly [string, string])[]

/** Odd prices, so that a sum that is rounded anywhere shows it. */
function priceOf(model: string, usage: UsageRecord | undefined): number | null | undefined {
  if (usage === undefined) return undefined
  return model === 'unpriced' ? null : usage.inputTokens * 2_517 + usage.outputTokens * 10_001
}

function drawAttempt(draw: Draw, startedAtMs: number, outcome: string): AttemptRecord {
  const [provider, model] = draw.one(models)
  const usage = outcome === 'success' || outcome === 'pending' || draw.chance(0.3) ? drawUsage(draw) : undefined
  const reason = draw.one(['retry', 'fallback', 'hedge'])
  const endedAtMs = startedAtMs + draw.upTo(5000)
  return { provider, model, reason, startedAtMs, endedAtMs, outcome, usage, costNanoUsd: priceOf(model, usage) }
}

const failures = ['server', 'timeout', 'rate_limit', 'invalid_response'] as const

function drawAttempts(draw: Draw, startedAtMs: number, last: string | undefined): readonly AttemptRecord[] {
  const failed = Array.from({ length: draw.chance(0.3) ? draw.upTo(3) : 0 }, () => drawAttempt(draw, startedAtMs, draw.one(failures)))
  return last === undefined ? failed : [...failed, drawAttempt(draw, startedAtMs, last)]
}

function drawOutcome(draw: Draw): CallRecord['outcome'] {
  if (draw.chance(0.1)) return 'error'
  return draw.chance(0.1) ? 'canceled' : 'complete'
}

function drawCall(draw: Draw, index: number, startMs: number): MixedCall {
  const startedAtMs = startMs + draw.upTo(72 * 3_600_000)
  const outcome = drawOutcome(draw)
  const cached = outcome === 'complete' && draw.chance(0.2)
  const attempts = cached ? [] : drawAttempts(draw, startedAtMs, { complete: 'success', canceled: 'pending', error: undefined }[outcome])
  const winner = attempts.findLast((attempt) => attempt.outcome === 'success' || attempt.outcome === 'pending')
  const losers = attempts.filter((attempt) => attempt !== winner)
  const key = draw.one(['a', 'b', 'c'] as const)
  return {
    receipt: {
      ...{ id: `call-${index}`, operation: 'chat', user: draw.one([undefined, 'ann', 'bob', 'cid']), requestedModel: 'auto', stream: draw.chance(0.5), outcome, attempts, startedAtMs, dropped: [] },
      principal: { id: `key-${key}`, name: `name ${key}`, role: 'user' },
      winner: winner === undefined ? undefined : attempts.indexOf(winner),
      ...{ model: winner?.model, provider: winner?.provider, usage: cached ? drawUsage(draw) : winner?.usage },
      error: outcome === 'error' ? { code: 'upstream_error', message: 'it said: no', fault: 'upstream' } : undefined,
      costNanoUsd: winner?.costNanoUsd === undefined ? 0 : winner.costNanoUsd,
      wastedNanoUsd: losers.reduce((sum, attempt) => sum + (attempt.costNanoUsd ?? 0), 0),
      cache: cached ? { status: draw.one(['hit', 'coalesced', 'stale']), savedNanoUsd: draw.upTo(9_999_999) } : { status: 'miss' },
      tags: draw.one([[], ['x'], ['y', 'x'], ['x', 'y']]),
      firstContentAtMs: outcome === 'error' ? undefined : startedAtMs + draw.upTo(500),
      endedAtMs: startedAtMs + 500 + draw.upTo(60_000),
    },
  }
}

/** Calls of all kinds: whole and streamed, failed, cancelled, retried, cached, of known and unknown price, over three days. */
export function drawMixedCalls(count: number, seed: number, startMs: number): readonly MixedCall[] {
  const draw = createDraw(createRandom(seed))
  return Array.from({ length: count }, (_, index) => drawCall(draw, index, startMs))
}
