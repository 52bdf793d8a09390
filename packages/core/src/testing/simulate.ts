import { createEngine, type Engine } from '../engine/engine.ts'
import type { EngineOptions } from '../engine/engine-options.ts'
import type { ClientView } from './client-view.ts'
import { type SimulationFigures, toFigures } from './figures.ts'
import { allInvariants } from './invariants/all-invariants.ts'
import { codeOf, defaultLimits, type Invariant, type SimulationLimits, type SimulationRun } from './invariants/invariant.ts'
import { runClient } from './run-client.ts'
import { createScriptedTransport, type ScriptedTransport, scriptedProvider } from './scripted-transport.ts'
import { createTranscript, type Transcript } from './transcript.ts'
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
  /** The providers by name, and how they behave. The model `simulated` tries them in this order. */
  readonly upstreams: Readonly<Record<string, UpstreamScript>>
  readonly workload?: Workload | undefined
  /** Merged over the engine that the upstreams make: filters, models and whatever else is under test. */
  readonly engine?: Partial<EngineOptions> | undefined
  /** Builds the engine; `undefined` is `createEngine`. */
  readonly createEngine?: ((options: EngineOptions) => Engine) | undefined
  /** What must hold; `undefined` is `allInvariants`. */
  readonly invariants?: readonly Invariant[] | undefined
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
}

const defaultRequests = 200
/** Twice the longest deadline: whoever still waits then will wait for ever. */
const patienceMs = 1_200_000
const strideMs = 60_000
const hourMs = 3_600_000

function* takeClients({ requests, hours, workload }: SimulationOptions, world: VirtualWorld): Generator<PlannedClient> {
  const count = requests ?? (hours === undefined ? defaultRequests : Number.POSITIVE_INFINITY)
  const untilMs = (hours ?? Number.POSITIVE_INFINITY) * hourMs
  for (const plan of planClients(workload ?? {}, world.random)) {
    if (plan.client >= count || plan.atMs > untilMs) return
    yield plan
  }
}

function toEngineOptions(options: SimulationOptions, world: VirtualWorld, transport: ScriptedTransport): EngineOptions {
  const names = Object.entries(options.upstreams)
  return {
    providers: names.map(([name, script]) => scriptedProvider(name, script)),
    models: [{ name: 'simulated', targets: names.map(([name]) => `${name}/model-of-${name}`) }],
    transport,
    deps: world.deps,
    ...options.engine,
  }
}

interface Stage {
  readonly world: VirtualWorld
  readonly transport: ScriptedTransport
  readonly transcript: Transcript
  readonly engine: Engine
}

function setUp(options: SimulationOptions): Stage {
  const world = createVirtualWorld({ seed: options.seed })
  const transcript = createTranscript(world.startMs, options.keepTranscript === true)
  const transport = createScriptedTransport(world, {
    targets: options.upstreams,
    onStep: (call, what) => transcript.note(world.now(), `${call.name} for client ${call.client}: ${what}`),
  })
  const engine = (options.createEngine ?? createEngine)(toEngineOptions(options, world, transport))
  return { world, transport, transcript, engine }
}

interface Crowd {
  readonly clients: ClientView[]
  living: number
  /** When the last caller who has been planned comes; `undefined` when no more are to come. */
  nextAtMs: number | undefined
  /** The most timers that were running at any quiet moment. */
  armedTimers: number | undefined
}

/** A quiet moment, with no caller there: whatever the engine still holds, it holds for nobody. */
function checkQuiet(crowd: Crowd, world: VirtualWorld, afterMs: number): void {
  world.schedule(afterMs, () => {
    if (crowd.living === 0) crowd.armedTimers = Math.max(crowd.armedTimers ?? 0, world.armed().length)
  })
}

function welcome(plan: PlannedClient, crowd: Crowd, { stage, limits }: { readonly stage: Stage; readonly limits: SimulationLimits }): void {
  crowd.living++
  const onGone = (): void => {
    crowd.living--
    if (crowd.living === 0) checkQuiet(crowd, stage.world, limits.abandonMs)
  }
  // A client never rejects: whatever goes wrong is what it saw.
  void runClient(plan, stage, (view) => crowd.clients.push(view)).then(onGone)
}

/** Lets time pass until all callers have gone. An engine with a clock of its own would never run out of things to do. */
async function runOut(crowd: Crowd, world: VirtualWorld): Promise<void> {
  for (let lastMs = world.now(); crowd.nextAtMs !== undefined || (crowd.living > 0 && world.now() - lastMs < patienceMs); ) {
    if (crowd.nextAtMs !== undefined) lastMs = Math.max(lastMs, crowd.nextAtMs)
    await world.run(world.now() + strideMs)
  }
  await world.run(world.now() + strideMs)
}

/** Lets the callers come one after the other; the next is planned when the one before has come. */
async function runClients(
  plans: Iterator<PlannedClient>,
  stage: Stage,
  limits: SimulationLimits,
): Promise<Pick<SimulationRun, 'clients' | 'armedTimers'>> {
  const { world } = stage
  const crowd: Crowd = { clients: [], living: 0, nextAtMs: undefined, armedTimers: undefined }
  const comeNext = (): void => {
    const next = plans.next()
    crowd.nextAtMs = next.done === true ? undefined : world.startMs + next.value.atMs
    if (next.done === true) return
    world.schedule(world.startMs + next.value.atMs - world.now(), () => {
      welcome(next.value, crowd, { stage, limits })
      comeNext()
    })
  }
  comeNext()
  await runOut(crowd, world)
  return { clients: crowd.clients, armedTimers: crowd.armedTimers ?? world.armed().length }
}

function byClient(calls: readonly UpstreamCall[]): (client: number) => readonly UpstreamCall[] {
  const index = new Map<number, UpstreamCall[]>()
  for (const call of calls) {
    if (call.client === undefined) continue
    const known = index.get(call.client)
    if (known === undefined) index.set(call.client, [call])
    else known.push(call)
  }
  return (client) => index.get(client) ?? []
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
  const stage = setUp(options)
  const { world, transport, transcript } = stage
  const limits = { ...defaultLimits, ...options.limits }
  const lived = await runClients(takeClients(options, world), stage, limits)
  const upstreamCalls = transport.ledger.calls
  const run: SimulationRun = {
    ...lived,
    startMs: world.startMs,
    endMs: world.now(),
    upstreams: options.upstreams,
    upstreamCalls,
    callsOf: byClient(upstreamCalls),
    limits,
  }
  const invariants = options.invariants ?? allInvariants
  return {
    seed: options.seed,
    violations: invariants.flatMap(({ name, check }) => check(run).map((what) => ({ invariant: name, what }))),
    figures: toFigures(lived.clients, upstreamCalls, codeOf),
    virtualMs: world.now() - world.startMs,
    transcriptHash: transcript.hash(),
    transcript: transcript.lines,
    clients: lived.clients,
    upstreamCalls,
  }
}
