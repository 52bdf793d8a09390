import { type Deps, type Engine, type ModelListChange, type ModelListReport, ProxyApiError } from '@proxyapi/core'
import type { GatewayEvent } from '@proxyapi/logging/node'
import * as v from 'valibot'
import { visibleModelsOf } from '../auth/visible-models.ts'
import type { Capability, CurrentGateway } from '../capability/capability.ts'
import type { Mask } from '../errors/client-error.ts'
import { text } from '../http/parse-query.ts'
import { toIso } from '../http/to-iso.ts'
import { defineRoute, type Route } from '../route-table/route.ts'

/** Lists are fetched anew so often, give or take a tenth, so that gateways that were started together do not ask together. */
const everyMs = 3_600_000
/** A provider's words are shown no longer than this. */
const maxErrorLength = 300

const list = v.object({
  provider: v.string(),
  models: v.number(),
  fetched_at: v.nullable(v.string()),
  failing_since: v.nullable(v.string()),
  error: v.nullable(v.string()),
})

function toWire({ provider, models, fetchedAtMs, failure }: ModelListReport, mask: Mask): v.InferInput<typeof list> {
  const error = failure?.error instanceof Error ? failure.error.message : failure && String(failure.error)
  return {
    ...{ provider, models, fetched_at: toIso(fetchedAtMs), failing_since: toIso(failure?.sinceMs) },
    error: error === undefined ? null : mask(error.slice(0, maxErrorLength)),
  }
}

/** What a provider has added to its list or taken from it. */
export function toModelEvents(change: ModelListChange, atMs: number): readonly GatewayEvent[] {
  const { provider: target, added, addedCount, removed, removedCount } = change
  const toEvent = (to: string, ids: readonly string[], count: number): readonly GatewayEvent[] => {
    const more = count > ids.length ? `, and ${count - ids.length} more` : ''
    return count === 0 ? [] : [{ kind: 'model', atMs, target, to, cause: `${ids.join(', ')}${more}` }]
  }
  return [...toEvent('added', added, addedCount), ...toEvent('removed', removed, removedCount)]
}

function assertKnown(provider: string | undefined, { providers }: Engine): void {
  if (provider === undefined || providers.some(({ name }) => name === provider)) return
  const message = `There is no provider ${JSON.stringify(provider.slice(0, 60))}; allowed: ${providers.map(({ name }) => name).join(', ')}.`
  throw new ProxyApiError({ code: 'invalid_request', message, param: 'provider' })
}

function refreshRoute(engine: () => Engine, mask: Mask): Route {
  return defineRoute({
    method: 'POST',
    path: '/api/models/refresh',
    access: 'models:write',
    audit: 'models.refresh',
    summary: 'Fetches the lists of models of one provider, or of all, and tells how each stands.',
    query: v.strictObject({ provider: v.optional(text(128)) }),
    answer: v.object({ lists: v.array(list) }),
    handle: async (_exchange, { query: { provider } }) => {
      assertKnown(provider, engine())
      const reports = await engine().refreshModels(provider === undefined ? undefined : [provider])
      return { lists: reports.map((report) => toWire(report, mask)) }
    },
  })
}

/** Fetches all lists now and then, one time after the other. */
function createSchedule({ engine }: CurrentGateway, { setTimer, random }: Pick<Deps, 'setTimer' | 'random'>) {
  let isRunning = false
  let cancelTimer: () => void = () => undefined
  const refresh = async (): Promise<void> => {
    await engine().refreshModels()
    if (isRunning) cancelTimer = setTimer(() => void refresh(), everyMs * (0.9 + random() * 0.2))
  }
  return {
    start: (): void => {
      if (isRunning) return
      isRunning = true
      void refresh()
    },
    stop: (): void => {
      isRunning = false
      cancelTimer()
    },
  }
}

/** Keeps the providers' lists of models up to date: at the start, each hour, and when asked to. */
export const modelListsCapability: Capability<ReturnType<typeof createSchedule>> = {
  name: 'model-lists',
  open: ({ gateway, deps }) => createSchedule(gateway, deps),
  compile: (_config, schedule, { gateway, mask }) => ({
    routes: [refreshRoute(gateway.engine, mask)],
    status: (principal) => {
      const visible = visibleModelsOf(principal)
      const reports = gateway
        .engine()
        .modelLists()
        .filter(({ provider }) => visible === undefined || visible.hasWhole(provider))
      return { model_lists: reports.map((report) => toWire(report, mask)) }
    },
    start: schedule.start,
  }),
  close: async (schedule) => schedule.stop(),
}
