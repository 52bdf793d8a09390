import type { Engine } from '../engine/engine.ts'
import type { ClientView } from './client-view.ts'
import { runClient } from './run-client.ts'
import type { Transcript } from './transcript.ts'
import type { UpstreamLedger } from './upstream-ledger.ts'
import type { VirtualWorld } from './virtual-world.ts'
import type { PlannedClient } from './workload.ts'

/** Twice the longest deadline: a caller that still waits then will never get an answer. */
const maxIdleMs = 1_900_000
const stepMs = 60_000
/** An engine must release what an ended call held within this time. */
const releaseMs = 100

/** What all callers of one simulation share. */
export interface SimulationContext {
  readonly world: VirtualWorld
  readonly engine: Engine
  readonly ledger: UpstreamLedger
  readonly transcript: Transcript
}

/** What an engine still held after its last call had ended and it had been closed: zeros in an engine without leaks. */
export interface LeakReport {
  readonly armedTimers: number
  /** Slots, and entries in a wait queue. */
  readonly heldSlots: number
}

/** How the callers fared. */
export interface RunResult {
  readonly clients: readonly ClientView[]
  readonly leaks: LeakReport
  /** When the last caller ended. Unix milliseconds. */
  readonly endedAtMs: number
}

interface RunState {
  readonly clients: ClientView[]
  active: number
  expectsMore: boolean
  lastEventAtMs: number
  leaks: LeakReport | undefined
}

function findLeaks({ world, engine, ledger }: SimulationContext): LeakReport {
  const heldSlots = engine.health().reduce((sum, { inFlight, waiting }) => sum + inFlight + waiting, 0)
  void engine.close()
  // A health probe in progress has a time limit of its own.
  const probes = ledger.open().filter(({ probe }) => probe).length
  return { armedTimers: Math.max(0, world.armed().length - probes), heldSlots }
}

function onClientEnd(state: RunState, context: SimulationContext): void {
  state.active--
  state.lastEventAtMs = context.world.now()
  if (state.active > 0 || state.expectsMore) return
  context.world.schedule(releaseMs, () => {
    state.leaks = findLeaks(context)
  })
}

function startClient(plan: PlannedClient, state: RunState, context: SimulationContext): void {
  state.active++
  state.lastEventAtMs = context.world.now()
  // A client never rejects: a failure is part of what it saw.
  void runClient(plan, context, (view) => state.clients.push(view)).then(() => onClientEnd(state, context))
}

/** Runs until every caller has ended. The engine's own timers never run out, so the queue of events never becomes empty. */
async function runToEnd(state: RunState, world: VirtualWorld): Promise<void> {
  while (state.expectsMore || (state.active > 0 && world.now() - state.lastEventAtMs < maxIdleMs)) await world.run(world.now() + stepMs)
  await world.run(world.now() + stepMs)
}

/** Starts the callers one after the other; each is planned when the one before it has started. */
export async function runClients(plans: Iterator<PlannedClient>, context: SimulationContext): Promise<RunResult> {
  const { world } = context
  const state: RunState = { clients: [], active: 0, expectsMore: true, lastEventAtMs: world.now(), leaks: undefined }
  const scheduleNext = (): void => {
    const next = plans.next()
    state.expectsMore = next.done !== true
    if (next.done === true) return
    world.schedule(world.startMs + next.value.atMs - world.now(), () => {
      scheduleNext()
      startClient(next.value, state, context)
    })
  }
  scheduleNext()
  await runToEnd(state, world)
  return { clients: state.clients, leaks: state.leaks ?? findLeaks(context), endedAtMs: state.lastEventAtMs }
}
