import type { Usage } from '../chat/usage.ts'
import { createEngine, type Engine } from '../engine/engine.ts'
import type { EngineOptions } from '../engine/engine-options.ts'
import type { EngineEvent } from '../routing/engine-event.ts'
import { toRoutingOptions } from '../routing/routing-options.ts'
import type { Transport } from '../transport/transport.ts'
import type { ClientView } from './client-view.ts'
import { liveThrough, type Scene } from './crowd.ts'
import { type SimulationFigures, toFigures } from './figures.ts'
import { allInvariants } from './invariants/all-invariants.ts'
import {
  codeOf,
  defaultLimits,
  type Invariant,
  modelOf,
  prices,
  type SimulationLimits,
  type SimulationRun,
} from './invariants/invariant.ts'
import { createScriptedTransport, scriptedProvider } from './scripted-transport.ts'
import { createTranscript } from './transcript.ts'
import type { UpstreamCall } from './upstream-ledger.ts'
import type { UpstreamScript } from './upstream-script.ts'
import { createVirtualWorld, type VirtualWorld } from './virtual-world.ts'
import { type PlannedClient, planClients, type Workload } from './workload.ts'

export interface SimulationOptions {
  /** Everything that is drawn follows from it: the same seed gives the same run. */
  readonly seed: number
  /** How many callers come; `undefined` is 200, or as many as come within `hours`. */
  readonly requests?: number | undefined
  /** Virtual hours during which callers come. */
  readonly hours?: number | undefined
  /** The providers by name, and how they behave. The model `simulated` stands for one model of each, in this order. */
  readonly upstreams: Readonly<Record<string, UpstreamScript>>
  readonly workload?: Workload | undefined
  /** Merged over the engine that the upstreams make: filters, models and whatever else is under test. */
  readonly engine?: Partial<EngineOptions> | undefined
  /** Builds the engine; `undefined` is `createEngine`. */
  readonly createEngine?: ((options: EngineOptions) => Engine) | undefined
  /** What must hold; `undefined` is `allInvariants`. */
  readonly invariants?: readonly Invariant[] | undefined
  /** Bounds for the invariants beyond those that the engine's own options set. */
  readonly limits?: Partial<SimulationLimits> | undefined
  /** Keeps the transcript's lines, not its hash alone. */
  readonly keepTranscript?: boolean | undefined
}

/** One way in which a run broke an invariant. */
export interface Violation {
  readonly invariant: string
  readonly what: string
}

/** What a simulation showed. */
export interface SimulationReport {
  readonly seed: number
  readonly violations: readonly Violation[]
  readonly figures: SimulationFigures
  /** How much time passed in the virtual world. */
  readonly virtualMs: number
  readonly transcriptHash: string
  /** Empty unless `keepTranscript` was asked for. */
  readonly transcript: readonly string[]
  readonly clients: readonly ClientView[]
  readonly upstreamCalls: readonly UpstreamCall[]
  readonly events: readonly EngineEvent[]
}

const defaultRequests = 200
const hourMs = 3_600_000

function* takeClients({ requests, hours, workload }: SimulationOptions, world: VirtualWorld): Generator<PlannedClient> {
  const count = requests ?? (hours === undefined ? defaultRequests : Number.POSITIVE_INFINITY)
  const untilMs = (hours ?? Number.POSITIVE_INFINITY) * hourMs
  for (const plan of planClients(workload ?? {}, world.random)) {
    if (plan.client >= count || plan.atMs > untilMs) return
    yield plan
  }
}

/** Every token has a price, so that money can be counted. */
function costNanoUsd(_target: unknown, { inputTokens, outputTokens }: Usage): number {
  return inputTokens * prices.inputNanoUsd + outputTokens * prices.outputNanoUsd
}

/** The upstreams as an engine's providers, each a tier of its own unless its script says otherwise. */
function toEngineOptions(options: SimulationOptions, world: VirtualWorld, transport: Transport): EngineOptions {
  const scripts = Object.entries(options.upstreams)
  return {
    providers: scripts.map(([name, script], index) =>
      scriptedProvider(name, { ...script, provider: { priority: index + 1, ...script.provider } }),
    ),
    models: [{ name: 'simulated', targets: scripts.map(([name]) => `${name}/${modelOf(name)}`) }],
    transport,
    deps: world.deps,
    catalog: { costNanoUsd },
    ...options.engine,
  }
}

/** What the engine was told to keep to, it is held to. */
function limitsOf(settings: EngineOptions['routing']): Partial<SimulationLimits> {
  const { retry, hedge, breaker, slots } = toRoutingOptions(settings)
  return {
    maxAttempts: retry.maxAttempts,
    retryRatio: retry.budgetRatio,
    hedgeShare: hedge.maxRatio,
    failureThreshold: breaker.failureThreshold,
    maxProbes: breaker.halfOpenMaxCalls,
    maxConcurrent: slots.maxConcurrent,
  }
}

function setUp(options: SimulationOptions, events: EngineEvent[]): Scene {
  const world = createVirtualWorld({ seed: options.seed })
  const transcript = createTranscript(world.startMs, options.keepTranscript === true)
  const transport = createScriptedTransport(world, {
    targets: options.upstreams,
    onStep: (call, what) => transcript.note(world.now(), `${call.name} for client ${call.client ?? 'nobody'}: ${what}`),
  })
  const engineOptions = toEngineOptions(options, world, transport)
  const onEvent = (event: EngineEvent): void => {
    events.push(event)
    options.engine?.onEvent?.(event)
  }
  const engine = (options.createEngine ?? createEngine)({ ...engineOptions, onEvent })
  return { world, engine, ledger: transport.ledger, transcript }
}

/**
 * Runs a whole engine over scripted upstreams and simulated callers in virtual time, and holds the run against invariants.
 * A report without violations is a run in which nothing was lost, doubled, cut off in silence or left open.
 *
 * @example
 * const report = await simulate({
 *   seed: 1,
 *   upstreams: { primary: { faults: [{ fault: { type: 'cut', afterTokens: 5, how: 'reset' }, share: 0.2 }] }, backup: {} },
 *   workload: { leaving: { share: 0.1, afterMs: 300 } },
 * })
 */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const events: EngineEvent[] = []
  const scene = setUp(options, events)
  const { world, ledger, transcript } = scene
  const lived = await liveThrough(takeClients(options, world), scene)
  const run: SimulationRun = {
    ...lived,
    startMs: world.startMs,
    upstreams: options.upstreams,
    upstreamCalls: ledger.calls,
    callsOf: ledger.callsOf,
    events,
    limits: { ...defaultLimits, ...limitsOf(options.engine?.routing), ...options.limits },
  }
  const invariants = options.invariants ?? allInvariants
  return {
    seed: options.seed,
    violations: invariants.flatMap(({ name, check }) => check(run).map((what) => ({ invariant: name, what }))),
    figures: toFigures(run, codeOf),
    virtualMs: lived.endedAtMs - world.startMs,
    transcriptHash: transcript.hash(),
    transcript: transcript.lines,
    clients: lived.clients,
    upstreamCalls: ledger.calls,
    events,
  }
}
