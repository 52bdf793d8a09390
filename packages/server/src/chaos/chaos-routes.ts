import { type Deps, type InjectedFault, ProxyApiError } from '@proxyapi/core'
import type { Context, Hono } from 'hono'
import { readJsonBody } from '../http/read-body.ts'
import { refuseMethod } from '../http/refuse-method.ts'
import { replyJson } from '../http/reply-json.ts'
import type { GatewayEnv } from '../request/bindings.ts'
import type { ExperimentReport } from './experiment.ts'
import type { Experiments } from './experiments.ts'
import { type KnownNames, parseExperiment } from './parse-experiment.ts'
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
}

function idOf(c: Context<GatewayEnv>): string {
  return c.req.param('id') ?? ''
}

function requireReport(report: ExperimentReport | undefined, id: string): ExperimentReport {
  if (report !== undefined) return report
  const message = `There is no experiment "${id.slice(0, 64)}" here; GET /api/chaos lists those that are remembered.`
  throw new ProxyApiError({ code: 'not_found', message })
}

/** Answers 403 on every path: chaos needs `chaos_engineering.enabled`. */
function refuseAll(app: Hono<GatewayEnv>): void {
  const refuse = (): never => {
    throw new ProxyApiError({
      code: 'forbidden',
      message: 'Chaos engineering is off. Set chaos_engineering.enabled to true in the configuration and start again.',
    })
  }
  app.all('/api/chaos', refuse)
  app.all('/api/chaos/*', refuse)
}

function addOverview(app: Hono<GatewayEnv>, { experiments, configured }: ChaosRoutesDeps): void {
  app.get('/api/chaos', (c) =>
    replyJson(c, {
      enabled: true,
      running: experiments.running()?.id ?? null,
      standing_faults: { faults: configured.list().map(fromFault), injected: configured.injected() },
      experiments: experiments.list().map(toReport),
    }),
  )
  app.all('/api/chaos', refuseMethod('GET'))
}

function addStart(app: Hono<GatewayEnv>, { experiments, known, deps }: ChaosRoutesDeps): void {
  app.post('/api/chaos/start', async (c) => {
    const plan = parseExperiment(await readJsonBody(c, maxBodyBytes), known(), deps)
    return replyJson(c, toReport(experiments.start(plan)))
  })
  app.all('/api/chaos/start', refuseMethod('POST'))
}

/** Stops the experiment that runs and revokes the faults of the configuration. */
function addStop(app: Hono<GatewayEnv>, { experiments, configured }: ChaosRoutesDeps): void {
  app.post('/api/chaos/stop', (c) => {
    const running = experiments.running()
    const report = running === undefined ? undefined : experiments.stop(running.id)
    return replyJson(c, {
      stopped: report !== undefined,
      standing_faults_lifted: configured.revoke(),
      ...(report === undefined ? { status: 'idle' } : toReport(report)),
    })
  })
  app.all('/api/chaos/stop', refuseMethod('POST'))
}

function addExperiment(app: Hono<GatewayEnv>, { experiments }: ChaosRoutesDeps): void {
  app.get('/api/chaos/:id', (c) => replyJson(c, toReport(requireReport(experiments.find(idOf(c)), idOf(c)))))
  app.all('/api/chaos/:id', refuseMethod('GET'))
  app.post('/api/chaos/:id/stop', (c) => replyJson(c, toReport(requireReport(experiments.stop(idOf(c)), idOf(c)))))
  app.all('/api/chaos/:id/stop', refuseMethod('POST'))
}

/** Chaos experiments over HTTP, for admins only: the app authenticates `/api/chaos`. `undefined` deps: chaos is off. */
export function addChaosRoutes(app: Hono<GatewayEnv>, deps: ChaosRoutesDeps | undefined): void {
  if (deps === undefined) {
    refuseAll(app)
    return
  }
  addOverview(app, deps)
  addStart(app, deps)
  addStop(app, deps)
  addExperiment(app, deps)
}
