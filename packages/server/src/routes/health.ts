import type { ProviderReport, TargetReport } from '@proxyapi/core'
import type { Context, Hono, MiddlewareHandler } from 'hono'
import { shuttingDown } from '../admission/in-flight.ts'
import type { Mask } from '../errors/client-error.ts'
import type { Runtime } from '../gateway/runtime.ts'
import { replyJson } from '../http/reply-json.ts'
import type { GatewayEnv } from '../request/bindings.ts'

/** A target's name may be what a client made up, where a provider takes any model. */
function toTarget(report: TargetReport, mask: Mask): object {
  return {
    model: mask(report.model),
    circuit_breaker: report.circuit,
    retry_in_ms: Math.round(report.opensInMs),
    throttled_for_ms: Math.round(report.cooldownMs),
    in_flight: report.inFlight,
    latency_ms: report.latencyMs,
  }
}

function toProvider(report: ProviderReport, mask: Mask): object {
  const { name, type, status, circuit, inFlight, waiting, targets } = report
  return {
    name,
    type,
    status,
    circuit_breaker: circuit,
    in_flight: inFlight,
    waiting,
    targets: targets.map((target) => toTarget(target, mask)),
  }
}

/** As well as the gateway can answer: one provider that can is enough. */
function overall(reports: readonly ProviderReport[]): 'ok' | 'degraded' {
  return reports.every(({ status }) => status === 'healthy') ? 'ok' : 'degraded'
}

function uptimeSeconds({ deps, startedAtMs }: Runtime): number {
  return Math.floor((deps.now() - startedAtMs) / 1000)
}

function queueOf({ admission }: Runtime): object {
  const { inFlight, queued, bytes, shed } = admission.figures()
  return { in_flight: inFlight, queued, bytes, shed }
}

function detailed(runtime: Runtime): object {
  const reports = runtime.engine.health()
  return {
    status: overall(reports),
    version: runtime.version,
    uptime_seconds: uptimeSeconds(runtime),
    providers: Object.fromEntries(reports.map((report) => [report.name, toProvider(report, runtime.mask)])),
    queue: queueOf(runtime),
  }
}

/** Figures of every capability, each under its own name. */
function statusOf(runtime: Runtime): object {
  const reports = runtime.engine.health()
  return {
    status: runtime.inFlight.isDraining() ? 'draining' : overall(reports),
    version: runtime.version,
    uptime_seconds: uptimeSeconds(runtime),
    workers: runtime.workers,
    providers: reports.map((report) => toProvider(report, runtime.mask)),
    circuit_breakers: Object.fromEntries(reports.map(({ name, circuit }) => [name, circuit])),
    queue: queueOf(runtime),
    ...Object.fromEntries(runtime.capabilities.flatMap((capability) => Object.entries(capability.status?.() ?? {}))),
  }
}

/** Health for balancers (open, says only ok or not) and for operators (with a key where there are keys). */
export function addHealth(app: Hono<GatewayEnv>, runtime: Runtime, withKey: MiddlewareHandler<GatewayEnv>): void {
  const brief = (c: Context<GatewayEnv>): Response => replyJson(c, { status: 'ok', version: runtime.version })
  app.get('/health/live', brief)
  app.get('/health/ready', (c) => {
    if (runtime.inFlight.isDraining()) throw shuttingDown()
    return brief(c)
  })
  app.get('/health/providers', withKey, (c) => {
    const reports = runtime.engine.health()
    return replyJson(c, {
      status: overall(reports),
      providers: Object.fromEntries(reports.map((report) => [report.name, toProvider(report, runtime.mask)])),
    })
  })
  app.get('/health', async (c, next) => (c.req.query('detailed') === 'true' ? withKey(c, next) : next()))
  app.get('/health', (c) => (c.req.query('detailed') === 'true' ? replyJson(c, detailed(runtime)) : brief(c)))
  app.get('/v1/status', (c) => replyJson(c, statusOf(runtime)))
}
