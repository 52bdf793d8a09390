import type { PricedUsage } from '../catalogue/cost-of.ts'
import type { ModelPrice } from '../catalogue/price.ts'
import type { Usage } from '../chat/usage.ts'
import { createEngine, type Engine } from '../engine/engine.ts'
import type { EngineOptions } from '../engine/engine-options.ts'
import type { EngineEvent } from '../routing/engine-event.ts'
import { toRoutingOptions } from '../routing/routing-options.ts'
import type { Transport } from '../transport/transport.ts'
import type { ClientView } from './client-view.ts'
import { runClients, type SimulationContext } from './clients.ts'
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
import { createSimulatedLimits, type SimulatedAllowance, type SimulatedLimits } from './simulated-limits.ts'
import { createTranscript } from './transcript.ts'
import type { UpstreamCall } from './upstream-ledger.ts'
import type { UpstreamScript } from './upstream-script.ts'
import { createVirtualWorld, type VirtualWorld } from './virtual-world.ts'
import { type PlannedClient, planClients, type Workload } from './workload.ts'

/** What a simulation runs: how many callers, what upstreams do, which invariants must hold. */
export interface SimulationOptions {
  /** The same seed gives the same run. */
  readonly seed: number
  /** The number of callers; `undefined` is 200, or all that arrive within `hours`. */
  readonly requests?: number | undefined
  /** Virtual hours during which callers arrive; `undefined` is no limit. */
  readonly hours?: number | undefined
  /** The providers and their scripts, by name. The virtual model `simulated` has one model of each as its targets, in this order. */
  readonly upstreams: Readonly<Record<string, UpstreamScript>>
  /** Limits and a budget that all callers share; `undefined` is none. */
  readonly allowance?: SimulatedAllowance | undefined
  /** Puts them around the engine; `undefined` is our own. */
  readonly createLimits?: typeof createSimulatedLimits | undefined
  /** When callers arrive and how they behave; `undefined` is 20 a second, half of them streams. */
  readonly workload?: Workload | undefined
  /** Options that replace those of the simulated engine: filters, models and everything else under test. */
  readonly engine?: Partial<EngineOptions> | undefined
  /** Creates the engine; `undefined` is `createEngine`. */
  readonly createEngine?: ((options: EngineOptions) => Engine) | undefined
  /** What must hold in the run; `undefined` is `allInvariants`. */
  readonly invariants?: readonly Invariant[] | undefined
  /** Bounds for the invariants, over those that the engine's own options set. */
  readonly limits?: Partial<SimulationLimits> | undefined
  /** Keeps the lines of the transcript; otherwise only its hash is kept. */
  readonly keepTranscript?: boolean | undefined
}

/** One way in which a run broke an invariant. */
export interface Violation {
  /** The name of the invariant. */
  readonly invariant: string
  /** What broke it, in one sentence. */
  readonly what: string
}

/** The results of one simulation. */
export interface SimulationReport {
  readonly seed: number
  readonly violations: readonly Violation[]
  readonly figures: SimulationFigures
  /** Virtual milliseconds from the start to the end of the last caller. */
  readonly virtualMs: number
  /** Equal for equal runs. */
  readonly transcriptHash: string
  /** Empty without `keepTranscript`. */
  readonly transcript: readonly string[]
  readonly clients: readonly ClientView[]
  readonly upstreamCalls: readonly UpstreamCall[]
  readonly events: readonly EngineEvent[]
}

const defaultRequests = 200
const hourMs = 3_600_000

function* planRun({ requests, hours, workload }: SimulationOptions, world: VirtualWorld): Generator<PlannedClient> {
  const count = requests ?? (hours === undefined ? defaultRequests : Number.POSITIVE_INFINITY)
  const untilMs = (hours ?? Number.POSITIVE_INFINITY) * hourMs
  for (const plan of planClients(workload ?? {}, world.random)) {
    if (plan.client >= count || plan.atMs > untilMs) return
    yield plan
  }
}

const perMillion = 1_000_000
const price: ModelPrice = { rates: { input: prices.inputNanoUsd * perMillion, output: prices.outputNanoUsd * perMillion }, longContext: [] }

/** Gives every token a price, so that the costs of a run can be checked. */
function priceUsage(_target: unknown, { inputTokens, outputTokens }: Usage): PricedUsage {
  return { nanoUsd: inputTokens * prices.inputNanoUsd + outputTokens * prices.outputNanoUsd, source: 'simulation' }
}

/** The upstreams as providers of an engine. Each is a tier of its own unless its script sets a priority. */
function toEngineOptions(options: SimulationOptions, world: VirtualWorld, transport: Transport): EngineOptions {
  const scripts = Object.entries(options.upstreams)
  return {
    providers: scripts.map(([name, script], index) =>
      scriptedProvider(name, { ...script, provider: { priority: index + 1, ...script.provider } }),
    ),
    models: [{ name: 'simulated', targets: scripts.map(([name]) => `${name}/${modelOf(name)}`) }],
    transport,
    deps: world.deps,
    catalog: { priceUsage, priceOf: () => price },
    ...options.engine,
  }
}

/** Limits refuse before other filters; a budget pays for what all others make of an attempt. */
function withLimits(options: EngineOptions, limits: SimulatedLimits | undefined): EngineOptions {
  if (limits === undefined) return options
  return {
    ...options,
    filters: [limits.filter, ...(options.filters ?? [])],
    targetFilters: [limits.targetFilter, ...(options.targetFilters ?? [])],
  }
}

/** The bounds that the engine's own options set. */
function limitsOf(settings: EngineOptions['routing']): Partial<SimulationLimits> {
  const { retry, hedge, breaker, slots } = toRoutingOptions(settings)
  return {
    maxAttempts: retry.maxAttempts,
    maxAttemptsPerTarget: retry.attemptsPerTarget,
    retryRatio: retry.budgetRatio,
    hedgeShare: hedge.maxRatio,
    failureThreshold: breaker.failureThreshold,
    maxProbes: breaker.halfOpenMaxCalls,
    maxConcurrent: slots.maxConcurrent,
  }
}

function setUp(options: SimulationOptions, events: EngineEvent[]): SimulationContext & { readonly limits: SimulatedLimits | undefined } {
  const world = createVirtualWorld({ seed: options.seed })
  const transcript = createTranscript(world.startMs, options.keepTranscript === true)
  const transport = createScriptedTransport(world, {
    targets: options.upstreams,
    onStep: (call, what) => transcript.note(world.now(), `${call.name} for client ${call.client ?? 'nobody'}: ${what}`),
  })
  const limits = options.allowance && (options.createLimits ?? createSimulatedLimits)(options.allowance, world.deps)
  const engineOptions = withLimits(toEngineOptions(options, world, transport), limits)
  const onEvent = (event: EngineEvent): void => {
    events.push(event)
    options.engine?.onEvent?.(event)
  }
  const engine = (options.createEngine ?? createEngine)({ ...engineOptions, onEvent })
  return { world, engine, ledger: transport.ledger, transcript, limits }
}

/**
 * Runs a whole engine over scripted upstreams and simulated callers in virtual time, and checks the run against invariants.
 * A report without violations proves that the run lost, repeated, truncated and leaked nothing.
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
  const context = setUp(options, events)
  const { world, ledger, transcript } = context
  const result = await runClients(planRun(options, world), context)
  const run: SimulationRun = {
    ...result,
    startMs: world.startMs,
    upstreams: options.upstreams,
    upstreamCalls: ledger.calls,
    callsOf: ledger.callsOf,
    events,
    limits: { ...defaultLimits, ...limitsOf(options.engine?.routing), ...options.limits },
    allowance: context.limits?.report(),
  }
  const invariants = options.invariants ?? allInvariants
  return {
    seed: options.seed,
    violations: invariants.flatMap(({ name, check }) => check(run).map((what) => ({ invariant: name, what }))),
    figures: toFigures(run, codeOf),
    virtualMs: result.endedAtMs - world.startMs,
    transcriptHash: transcript.hash(),
    transcript: transcript.lines,
    clients: result.clients,
    upstreamCalls: ledger.calls,
    events,
  }
}
