import { type Deps, ProxyApiError } from '@proxyapi/core'
import * as v from 'valibot'
import { eventStreamHeaders, tooManyListeners } from '../http/server-sent-events.ts'
import { defineRoute, type Route } from '../route-table/route.ts'
import { loadTestSchema } from './load-test-plan.ts'
import type { LoadTestReport } from './load-test-report.ts'
import type { LoadTests } from './load-tests.ts'
import { createProgressStream } from './progress-stream.ts'

const access = { read: 'load-test:read', write: 'load-test:write' } as const

const report = v.looseObject({ test_id: v.string(), status: v.string(), reason: v.nullable(v.string()), target_rps: v.number() })
const estimated = v.object({
  requests: v.number(),
  cost_usd: v.nullable(v.number()),
  unknown_prices: v.array(v.string()),
  over_cap: v.boolean(),
  models: v.array(v.string()),
  max_cost_usd: v.number(),
})

function requireReport(found: LoadTestReport | undefined, id: string): LoadTestReport {
  if (found !== undefined) return found
  const message = `There is no load test "${id.slice(0, 64)}" here; GET /api/load-test lists those that are remembered.`
  throw new ProxyApiError({ code: 'not_found', message })
}

function startRoutes(tests: LoadTests): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/api/load-test/start',
      access: access.write,
      audit: 'load_test.start',
      summary: 'Starts a load test against configured providers, by default the demo provider.',
      body: { schema: loadTestSchema },
      answer: report,
      handle: async (_exchange, { body }) => ({ ...(await tests.start(body)) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/load-test/estimate',
      access: access.read,
      audit: 'load_test.estimate',
      summary: 'Says what a load test would send and cost; sends nothing.',
      body: { schema: loadTestSchema },
      answer: estimated,
      handle: async (_exchange, { body }) => {
        const { plan, estimate } = await tests.estimate(body)
        const { requests, costUsd, unknownPrices, isOverCap } = estimate
        return {
          ...{ requests, cost_usd: costUsd, unknown_prices: [...unknownPrices], over_cap: isOverCap },
          ...{ models: plan.targets.map(({ model }) => model), max_cost_usd: plan.maxCostUsd },
        }
      },
    }),
  ]
}

/** Load tests over HTTP. */
export function loadTestRoutes(tests: LoadTests, deps: Pick<Deps, 'setTimer'>): readonly Route[] {
  return [
    ...startRoutes(tests),
    defineRoute({
      method: 'GET',
      path: '/api/load-test',
      access: access.read,
      summary: 'Load tests, newest first: the one that runs and the last 50.',
      answer: v.object({ tests: v.array(report) }),
      handle: () => ({ tests: tests.list().map((one) => ({ ...one })) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/load-test/{id}',
      access: access.read,
      summary: 'A load test as it stands, or its report.',
      answer: report,
      handle: ({ params: { id = '' } }) => ({ ...requireReport(tests.find(id), id) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/load-test/{id}/events',
      access: access.read,
      summary: 'Follows a load test as server-sent events.',
      produces: ['text/event-stream'],
      handle: (exchange) => {
        const { id = '' } = exchange.params
        const body = createProgressStream(tests, requireReport(tests.find(id), id), deps)
        if (body === undefined) throw tooManyListeners('load test')
        return exchange.sendBody(eventStreamHeaders, body)
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/load-test/{id}/stop',
      access: access.write,
      audit: 'load_test.stop',
      summary: 'Stops a load test, and answers with its report.',
      answer: report,
      handle: ({ params: { id = '' } }) => ({ ...requireReport(tests.stop(id), id) }),
    }),
  ]
}
