import { type Deps, ProxyApiError } from '@proxyapi/core'
import type { InjectedFault } from '@proxyapi/core/chaos'
import * as v from 'valibot'
import type { Workers } from '../capability/workers.ts'
import { readJsonBody } from '../http/read-body.ts'
import { defineRoute, type Route } from '../route-table/route.ts'
import type { ExperimentReport } from './experiment.ts'
import type { Experiments } from './experiments.ts'
import { revokeConfiguredIn } from './faults-of-all.ts'
import { experimentSchema, type KnownNames, parseExperiment } from './parse-experiment.ts'
import { fromFault } from './to-fault.ts'
import { toReport } from './to-report.ts'

const maxBodyBytes = 256 * 1024

/** The faults of the configuration, which are injected from the start until they are revoked. */
export interface ConfiguredFaults {
  readonly list: () => readonly InjectedFault[]
  /** How many were injected, by type. */
  readonly injected: () => Readonly<Record<string, number>>
  /** Revokes them until the next start. Returns how many there were. */
  readonly revoke: () => number
}

export interface ChaosRoutesDeps {
  readonly experiments: Experiments
  readonly configured: ConfiguredFaults
  readonly known: () => KnownNames
  readonly deps: Pick<Deps, 'random'>
  /** Where this process is the primary of several. */
  readonly workers?: Workers | undefined
}

const access = { read: 'chaos:read', write: 'chaos:write' } as const
const report = v.looseObject({
  experiment_id: v.string(),
  experiment_name: v.string(),
  status: v.string(),
  verdict: v.nullable(v.string()),
})
const stopped = v.looseObject({ stopped: v.boolean(), standing_faults_lifted: v.number(), status: v.string() })
const overview = v.object({
  enabled: v.literal(true),
  running: v.nullable(v.string()),
  standing_faults: v.object({ faults: v.array(v.unknown()), injected: v.record(v.string(), v.number()) }),
  experiments: v.array(report),
})

type Report = v.InferInput<typeof report>

/** The report's own function writes these fields: what the schema names is what clients may count on. */
function wire(of: ExperimentReport): Report {
  return toReport(of) as Report
}

function requireReport(of: ExperimentReport | undefined, id: string): ExperimentReport {
  if (of !== undefined) return of
  const message = `There is no experiment "${id.slice(0, 64)}" here; GET /api/chaos lists those that are remembered.`
  throw new ProxyApiError({ code: 'not_found', message })
}

function overviewRoute({ experiments, configured }: ChaosRoutesDeps): Route {
  return defineRoute({
    method: 'GET',
    path: '/api/chaos',
    access: access.read,
    summary: 'Chaos experiments and standing faults.',
    answer: overview,
    handle: () => ({
      enabled: true as const,
      running: experiments.running()?.id ?? null,
      standing_faults: { faults: configured.list().map(fromFault), injected: { ...configured.injected() } },
      experiments: experiments.list().map(wire),
    }),
  })
}

function startRoute({ experiments, known, deps }: ChaosRoutesDeps): Route {
  return defineRoute({
    method: 'POST',
    path: '/api/chaos/start',
    access: access.write,
    summary: 'Starts a chaos experiment.',
    body: { schema: experimentSchema, isReadByHandler: true },
    answer: report,
    handle: async (exchange) => {
      const plan = parseExperiment(await readJsonBody(exchange, maxBodyBytes), known(), deps)
      return wire(experiments.start(plan))
    },
  })
}

/** Stops the experiment that runs and revokes the faults of the configuration. */
function stopRoute({ experiments, configured, workers }: ChaosRoutesDeps): Route {
  return defineRoute({
    method: 'POST',
    path: '/api/chaos/stop',
    access: access.write,
    summary: 'Stops the running experiment and revokes the faults of the configuration.',
    answer: stopped,
    handle: async () => {
      await revokeConfiguredIn(workers)
      const running = experiments.running()
      const last = running === undefined ? undefined : experiments.stop(running.id)
      return {
        stopped: last !== undefined,
        standing_faults_lifted: configured.revoke(),
        ...(last === undefined ? { status: 'idle' } : wire(last)),
      }
    },
  })
}

function oneRoutes({ experiments }: ChaosRoutesDeps): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/chaos/{id}',
      access: access.read,
      summary: 'The report of one experiment.',
      answer: report,
      handle: ({ params: { id = '' } }) => wire(requireReport(experiments.find(id), id)),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/chaos/{id}/stop',
      access: access.write,
      summary: 'Stops one experiment.',
      answer: report,
      handle: ({ params: { id = '' } }) => wire(requireReport(experiments.stop(id), id)),
    }),
  ]
}

/** Nothing of chaos is available before the configuration asks for it. */
function refused(): never {
  throw new ProxyApiError({
    code: 'forbidden',
    message: 'Chaos engineering is off. Set chaos_engineering.enabled to true in the configuration and start again.',
  })
}

function refusingRoute(method: 'GET' | 'POST', path: string): Route {
  const of = method === 'GET' ? access.read : access.write
  return defineRoute({ method, path, access: of, summary: 'Chaos engineering is switched off.', handle: refused })
}

const offRoutes = [
  ...(['/api/chaos', '/api/chaos/{id}'] as const).map((path) => refusingRoute('GET', path)),
  ...(['/api/chaos/start', '/api/chaos/stop', '/api/chaos/{id}/stop'] as const).map((path) => refusingRoute('POST', path)),
]

/** Chaos experiments over HTTP. `undefined` deps: chaos is off. */
export function chaosRoutes(deps: ChaosRoutesDeps | undefined): readonly Route[] {
  if (deps === undefined) return offRoutes
  return [overviewRoute(deps), startRoute(deps), stopRoute(deps), ...oneRoutes(deps)]
}
