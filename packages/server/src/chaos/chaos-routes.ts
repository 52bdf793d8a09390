import { type Deps, type Fault, ProxyApiError } from '@proxyapi/core'
import type { Context, Hono } from 'hono'
import type { GatewayEnv } from '../http/bindings.ts'
import { readJsonBody } from '../http/read-body.ts'
import { refuseMethod } from '../http/refuse-method.ts'
import { replyJson } from '../http/reply-json.ts'
import type { ExperimentReport } from './experiment.ts'
import type { Experiments } from './experiments.ts'
import { type KnownNames, parseExperiment } from './parse-experiment.ts'
import { fromFault } from './to-fault.ts'
import { toReport } from './to-report.ts'

const maxBodyBytes = 256 * 1024

/** The faults of the configuration, which are in until they are taken out. */
export interface StandingFaults {
  readonly list: () => readonly Fault[]
  /** How many of each type have been put in. */
  readonly injected: () => Readonly<Record<string, number>>
  /** Takes them out until the next start; gives back how many there were. */
  readonly lift: () => number
}

export interface ChaosRoutesParts {
  readonly experiments: Experiments
  readonly standing: StandingFaults
  readonly known: () => KnownNames
  readonly deps: Pick<Deps, 'random'>
}

function idOf(c: Context<GatewayEnv>): string {
  return c.req.param('id') ?? ''
}

function found(report: ExperimentReport | undefined, id: string): ExperimentReport {
  if (report !== undefined) return report
  const message = `There is no experiment "${id.slice(0, 64)}" here; GET /api/chaos lists those that are remembered.`
  throw new ProxyApiError({ code: 'not_found', message })
}

/** Nothing of chaos is to be had before somebody has asked for it in the configuration. */
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

function addOverview(app: Hono<GatewayEnv>, { experiments, standing }: ChaosRoutesParts): void {
  app.get('/api/chaos', (c) =>
    replyJson(c, {
      enabled: true,
      running: experiments.running()?.id ?? null,
      standing_faults: { faults: standing.list().map(fromFault), injected: standing.injected() },
      experiments: experiments.list().map(toReport),
    }),
  )
  app.all('/api/chaos', refuseMethod('GET'))
}

function addStart(app: Hono<GatewayEnv>, { experiments, known, deps }: ChaosRoutesParts): void {
  app.post('/api/chaos/start', async (c) => {
    const plan = parseExperiment(await readJsonBody(c, maxBodyBytes), known(), deps)
    return replyJson(c, toReport(experiments.start(plan)))
  })
  app.all('/api/chaos/start', refuseMethod('POST'))
}

/** Whatever is in goes out: the experiment that runs, and the faults of the configuration. */
function addStop(app: Hono<GatewayEnv>, { experiments, standing }: ChaosRoutesParts): void {
  app.post('/api/chaos/stop', (c) => {
    const running = experiments.running()
    const report = running === undefined ? undefined : experiments.stop(running.id)
    return replyJson(c, {
      stopped: report !== undefined,
      standing_faults_lifted: standing.lift(),
      ...(report === undefined ? { status: 'idle' } : toReport(report)),
    })
  })
  app.all('/api/chaos/stop', refuseMethod('POST'))
}

function addOne(app: Hono<GatewayEnv>, { experiments }: ChaosRoutesParts): void {
  app.get('/api/chaos/:id', (c) => replyJson(c, toReport(found(experiments.find(idOf(c)), idOf(c)))))
  app.all('/api/chaos/:id', refuseMethod('GET'))
  app.post('/api/chaos/:id/stop', (c) => replyJson(c, toReport(found(experiments.stop(idOf(c)), idOf(c)))))
  app.all('/api/chaos/:id/stop', refuseMethod('POST'))
}

/** Chaos experiments over HTTP. What authenticates `/api/chaos` stands before it. `undefined` parts: chaos is off. */
export function addChaosRoutes(app: Hono<GatewayEnv>, parts: ChaosRoutesParts | undefined): void {
  if (parts === undefined) {
    refuseAll(app)
    return
  }
  addOverview(app, parts)
  addStart(app, parts)
  addStop(app, parts)
  addOne(app, parts)
}
