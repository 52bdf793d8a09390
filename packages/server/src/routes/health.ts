import type { Engine, ProviderReport, TargetReport } from '@proxyapi/core'
import * as v from 'valibot'
import type { Admission } from '../admission/admission.ts'
import { type InFlight, shuttingDown } from '../admission/in-flight.ts'
import type { Principal } from '../auth/principal.ts'
import type { Mask } from '../errors/client-error.ts'
import type { Exchange } from '../http/exchange.ts'
import { defineRoute, type Route } from '../route-table/route.ts'
import { visibleReports } from './visible-reports.ts'

/** What the routes of health look at. */
export interface HealthDeps {
  readonly engine: Pick<Engine, 'health'>
  readonly admission: Pick<Admission, 'figures'>
  /** Asks the other processes whose health and figures are in these, where there are any. */
  readonly refresh?: (() => Promise<void>) | undefined
  readonly inFlight: Pick<InFlight, 'isDraining'>
  readonly mask: Mask
  readonly version: string
  readonly workers: () => number
  readonly uptimeMs: () => number
  /** The capabilities' own parts of `GET /v1/status`. */
  readonly statusOf: (principal: Principal | undefined) => Readonly<Record<string, unknown>>
  /** What of the capabilities does not work as it should. */
  readonly degradedBy: () => readonly string[]
}

/** A provider's words are shown no longer than this. */
const maxMessageCharacters = 300

const failure = v.object({
  failure: v.string(),
  at: v.string(),
  status: v.nullable(v.number()),
  cause: v.nullable(v.string()),
  message: v.nullable(v.string()),
})
const target = v.object({
  model: v.string(),
  circuit_breaker: v.string(),
  retry_in_ms: v.number(),
  throttled_for_ms: v.number(),
  in_flight: v.number(),
  latency_ms: v.optional(v.number()),
  last_failure: v.nullable(failure),
})
const provider = v.object({
  name: v.string(),
  type: v.string(),
  status: v.string(),
  circuit_breaker: v.string(),
  in_flight: v.number(),
  waiting: v.number(),
  targets: v.array(target),
  targets_omitted: v.optional(v.number()),
})
const queue = v.object({ in_flight: v.number(), queued: v.number(), bytes: v.number(), shed: v.number() })
const brief = v.object({ status: v.literal('ok'), version: v.string() })
const detailed = v.object({
  status: v.picklist(['ok', 'degraded']),
  degraded_by: v.array(v.string()),
  version: v.string(),
  uptime_seconds: v.number(),
  providers: v.record(v.string(), provider),
  queue,
})
const status = v.looseObject({
  status: v.picklist(['ok', 'degraded', 'draining']),
  version: v.string(),
  uptime_seconds: v.number(),
  workers: v.number(),
  providers: v.array(provider),
  circuit_breakers: v.record(v.string(), v.string()),
  queue,
})

/** Clients name as many models as they like where a provider takes any: so many are listed, those in trouble first. */
const maxTargets = 100

/** A provider's text may hold what nobody should read: it is masked, and short. */
function toLastFailure({ lastFailure }: TargetReport, mask: Mask): v.InferInput<typeof failure> | null {
  if (lastFailure === undefined) return null
  const { failure: kind, atMs, status: upstreamStatus, causeCode, detail } = lastFailure
  return {
    failure: kind,
    at: new Date(atMs).toISOString(),
    status: upstreamStatus ?? null,
    cause: causeCode ?? null,
    message: detail === undefined ? null : mask(detail).slice(0, maxMessageCharacters),
  }
}

/** A target's name may be what a client made up, where a provider takes any model. */
function toTarget(report: TargetReport, mask: Mask): v.InferInput<typeof target> {
  return {
    model: mask(report.model),
    circuit_breaker: report.circuit,
    retry_in_ms: Math.round(report.opensInMs),
    throttled_for_ms: Math.round(report.cooldownMs),
    in_flight: report.inFlight,
    latency_ms: report.latencyMs,
    last_failure: toLastFailure(report, mask),
  }
}

function toProvider(report: ProviderReport, mask: Mask): v.InferInput<typeof provider> {
  const { name, type, status: availability, circuit, inFlight, waiting } = report
  const targets = [...report.targets].sort((a, b) => Number(b.circuit !== 'closed') - Number(a.circuit !== 'closed')).slice(0, maxTargets)
  const omitted = report.targets.length - targets.length
  return {
    name,
    type,
    status: availability,
    circuit_breaker: circuit,
    in_flight: inFlight,
    waiting,
    targets: targets.map((one) => toTarget(one, mask)),
    ...(omitted > 0 && { targets_omitted: omitted }),
  }
}

/** One provider that answers is enough for the gateway to answer; all of them make it `ok`. */
function overall(reports: readonly ProviderReport[], troubles: readonly string[] = []): 'ok' | 'degraded' {
  return troubles.length === 0 && reports.every((report) => report.status === 'healthy') ? 'ok' : 'degraded'
}

function byName(reports: readonly ProviderReport[], mask: Mask) {
  return Object.fromEntries(reports.map((report) => [report.name, toProvider(report, mask)]))
}

function uptimeSeconds({ uptimeMs }: HealthDeps): number {
  return Math.floor(uptimeMs() / 1000)
}

function queueOf({ admission }: HealthDeps): v.InferInput<typeof queue> {
  const { inFlight, queued, bytes, shed } = admission.figures()
  return { in_flight: inFlight, queued, bytes, shed }
}

function toDetailed(deps: HealthDeps, exchange: Exchange): v.InferInput<typeof detailed> {
  const reports = visibleReports(deps.engine.health(), exchange.principal)
  const troubles = deps.degradedBy()
  return {
    status: overall(reports, troubles),
    degraded_by: [...troubles],
    version: deps.version,
    uptime_seconds: uptimeSeconds(deps),
    providers: byName(reports, deps.mask),
    queue: queueOf(deps),
  }
}

function toStatus(deps: HealthDeps, exchange: Exchange): v.InferInput<typeof status> {
  const reports = visibleReports(deps.engine.health(), exchange.principal)
  return {
    status: deps.inFlight.isDraining() ? 'draining' : overall(reports, deps.degradedBy()),
    version: deps.version,
    uptime_seconds: uptimeSeconds(deps),
    workers: deps.workers(),
    providers: reports.map((report) => toProvider(report, deps.mask)),
    circuit_breakers: Object.fromEntries(reports.map(({ name, circuit }) => [name, circuit])),
    queue: queueOf(deps),
    ...deps.statusOf(exchange.principal),
  }
}

/** What other processes know has to be waited for. */
function fresh<Body>({ refresh }: HealthDeps, read: () => Body): Body | Promise<Body> {
  return refresh === undefined ? read() : refresh().then(read)
}

function wantsDetails(query: Readonly<Record<string, readonly string[]>>): boolean {
  return query['detailed']?.[0] === 'true'
}

/** Health for balancers (open, says only ok or not) and for operators (with a key where there are keys). */
export function healthRoutes(deps: HealthDeps): readonly Route[] {
  const { version } = deps
  const ok = { status: 'ok', version } as const
  const get = { method: 'GET' } as const
  return [
    defineRoute({
      ...get,
      path: '/health',
      access: { least: 'public', of: (exchange) => (wantsDetails(exchange.query()) ? 'observe' : 'public') },
      summary: 'Says whether the gateway runs; with ?detailed=true and a key, how its providers stand.',
      answer: v.union([detailed, brief]),
      handle: (exchange) => (wantsDetails(exchange.query()) ? fresh(deps, () => toDetailed(deps, exchange)) : ok),
    }),
    defineRoute({
      ...get,
      path: '/health/live',
      isLocal: true,
      access: 'public',
      summary: 'Says that the process lives.',
      answer: brief,
      handle: () => ok,
    }),
    defineRoute({
      ...get,
      path: '/health/ready',
      isLocal: true,
      access: 'public',
      summary: 'Says whether the gateway takes new requests.',
      answer: brief,
      handle: () => {
        if (deps.inFlight.isDraining()) throw shuttingDown()
        return ok
      },
    }),
    defineRoute({
      ...get,
      path: '/health/providers',
      access: 'observe',
      summary: 'Tells how each provider stands.',
      answer: v.object({ status: v.picklist(['ok', 'degraded']), providers: v.record(v.string(), provider) }),
      handle: ({ principal }) =>
        fresh(deps, () => {
          const reports = visibleReports(deps.engine.health(), principal)
          return { status: overall(reports), providers: byName(reports, deps.mask) }
        }),
    }),
    defineRoute({
      ...get,
      path: '/v1/status',
      access: 'key',
      summary: 'Version, uptime, providers, circuit breakers, cache and queue figures.',
      answer: status,
      handle: (exchange) => fresh(deps, () => toStatus(deps, exchange)),
    }),
  ]
}
