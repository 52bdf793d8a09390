import fc from 'fast-check'
import { expect, it } from 'vitest'
import { requestOf } from './__fixtures__/call.ts'
import { drawMixedCalls } from './__fixtures__/mixed-calls.ts'
import type { CompletedRequest } from './completed-request.ts'
import { fromRequestCells } from './from-request-cells.ts'
import { type RequestCells, toRequestCells } from './request-cells.ts'
import { toRequestCellsText } from './request-cells-text.ts'

const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> => fc.option(value, { nil: undefined })
const text = fc.string({ maxLength: 20 })
const ms = fc.nat()
const price = fc.option(fc.nat())
const usage = fc.record({
  ...{ inputTokens: ms, outputTokens: ms, totalTokens: ms, cachedInputTokens: maybe(ms), cacheWriteTokens: maybe(ms) },
  ...{ cacheWriteOneHourTokens: maybe(ms), reasoningTokens: maybe(ms), audioInputTokens: maybe(ms), audioOutputTokens: maybe(ms) },
  ...{ imageInputTokens: maybe(ms), imageOutputTokens: maybe(ms), searchUnits: maybe(ms), webSearches: maybe(ms) },
  served: maybe(fc.record({ tier: maybe(text), geo: maybe(text) })),
})
const priced = fc
  .tuple(
    text,
    fc.uniqueArray(fc.tuple(fc.constantFrom('input', 'output', 'webSearches'), fc.nat(), fc.integer({ min: 1 })), {
      selector: ([name]) => name,
    }),
  )
  .map(([source, lines]) => ({
    source,
    ...(lines.length > 0 && {
      parts: Object.fromEntries(lines.map(([name, , cost]) => [name, cost])),
      rates: Object.fromEntries(lines.map(([name, rate]) => [name, rate])),
    }),
  }))
const error = fc.record({ code: text, message: fc.constant(''), fault: fc.constantFrom('caller', 'gateway', 'upstream') })
const principal = fc.record({ id: text, name: text, role: text })
const attempt = fc.record({
  ...{ provider: text, model: text, startedAtMs: ms, reason: text, answeredAtMs: maybe(ms), endedAtMs: maybe(ms), outcome: text },
  ...{ upstreamStatus: maybe(ms), usage: maybe(usage), usageEstimated: maybe(text), priced: maybe(priced), costNanoUsd: maybe(price) },
  ...{ faults: maybe(fc.array(text)), waitedMs: maybe(ms), waitedFor: maybe(fc.constantFrom('slot', 'backoff')) },
  limit: maybe(fc.record({ name: text, ms })),
  causeCode: maybe(text),
})
const cache = fc.record({
  ...{ status: fc.constantFrom('hit', 'miss', 'bypass', 'stale', 'coalesced'), level: maybe(text), ageSeconds: maybe(ms) },
  ...{ similarity: maybe(ms), savedNanoUsd: maybe(price) },
})
const call = fc.record({
  ...{ id: text, operation: text, principal: maybe(principal), user: maybe(text), requestedModel: text, model: maybe(text) },
  ...{ provider: maybe(text), stream: fc.boolean(), outcome: fc.constantFrom('complete', 'error', 'canceled'), error: maybe(error) },
  ...{ attempts: fc.array(attempt, { maxLength: 3 }), winner: maybe(ms), usage: maybe(usage), costNanoUsd: price, wastedNanoUsd: ms },
  condensation: maybe(fc.record({ fromTokens: ms, toTokens: ms, preservation: maybe(ms), savedNanoUsd: maybe(price) })),
  ...{ cache: maybe(cache), dropped: fc.array(text), tags: fc.array(text), startedAtMs: ms, firstContentAtMs: maybe(ms) },
  ...{ endedAtMs: ms, traceId: maybe(text), changed: maybe(fc.array(text)) },
  guardrails: maybe(
    fc.array(
      fc.record({
        ...{ name: text, stage: fc.constantFrom('input', 'output'), verdict: fc.constantFrom('flag', 'redact', 'block', 'failed') },
        kinds: fc.array(text),
      }),
    ),
  ),
  route: maybe(fc.record({ strategy: text, leftOut: fc.array(fc.record({ provider: text, model: text, why: text, untilMs: maybe(ms) })) })),
})
const phases = fc.record({ authMs: maybe(ms), queueMs: maybe(ms), cacheMs: maybe(ms), condenseMs: maybe(ms) })
const request: fc.Arbitrary<CompletedRequest> = fc
  .record({
    ...{ id: text, method: text, endpoint: fc.constantFrom('other', '/v1/messages'), path: text, status: ms, startedAtMs: ms },
    ...{ endedAtMs: ms, key: maybe(principal), error: maybe(error), authFailure: maybe(fc.constantFrom('missing', 'invalid')) },
    ...{ traceId: maybe(text), phases: maybe(phases), call: maybe(call) },
  })
  .map((drawn) => ({ ...drawn, path: drawn.endpoint === 'other' ? drawn.path : drawn.endpoint }))

function withoutUser(given: CompletedRequest): CompletedRequest {
  return { ...given, call: given.call && { ...given.call, user: undefined } }
}

it('come back as the request that they were made of, also by way of JSON', () => {
  fc.assert(
    fc.property(request, (given) => {
      const cells = toRequestCells(given)
      expect(fromRequestCells(cells)).toEqual(given)
      expect(toRequestCellsText(given)).toBe(JSON.stringify(toRequestCells(withoutUser(given))))
      expect(fromRequestCells(JSON.parse(JSON.stringify(cells)) as RequestCells)).toEqual(given)
    }),
  )
})

it('carry no text of an error, which may quote a prompt', () => {
  for (const { receipt } of drawMixedCalls(100, 3, 0)) {
    expect(JSON.stringify(toRequestCells(requestOf(receipt)))).not.toContain('it said: no')
  }
})
