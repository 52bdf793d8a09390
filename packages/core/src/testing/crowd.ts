import type { Engine } from '../engine/engine.ts'
import type { ClientView } from './client-view.ts'
import { runClient } from './run-client.ts'
import type { Transcript } from './transcript.ts'
import type { UpstreamLedger } from './upstream-ledger.ts'
import type { VirtualWorld } from './virtual-world.ts'
import type { PlannedClient } from './workload.ts'

/** Twice the longest deadline: whoever still waits then will wait for ever. */
const patienceMs = 1_900_000
const strideMs = 60_000
/** An engine lets go of what an ended call held within this time. */
const graceMs = 100

/** Where a simulation takes place. */
export interface Scene {
  readonly world: VirtualWorld
  readonly engine: Engine
  readonly ledger: UpstreamLedger
  readonly transcript: Transcript
}

/** What an engine still held when nobody was there any more and it had been closed: nothing, in an engine without leaks. */
export interface Leftovers {
  readonly armedTimers: number
  /** Slots and places in a queue. */
  readonly heldSlots: number
}

/** What became of the callers. */
export interface LivedThrough {
  readonly clients: readonly ClientView[]
  readonly leftovers: Leftovers
  /** When the last of them had gone. */
  readonly endedAtMs: number
}

interface Crowd {
  readonly clients: ClientView[]
  living: number
  /** More are to come. */
  expecting: boolean
  lastEventAtMs: number
  leftovers: Leftovers | undefined
}

function inspect({ world, engine, ledger }: Scene): Leftovers {
  const heldSlots = engine.health().reduce((sum, { inFlight, waiting }) => sum + inFlight + waiting, 0)
  void engine.close()
  // A free probe that is under way has a time limit of its own.
  const probes = ledger.open().filter(({ probe }) => probe).length
  return { armedTimers: Math.max(0, world.armed().length - probes), heldSlots }
}

function onGone(crowd: Crowd, scene: Scene): void {
  crowd.living--
  crowd.lastEventAtMs = scene.world.now()
  if (crowd.living > 0 || crowd.expecting) return
  scene.world.schedule(graceMs, () => {
    crowd.leftovers = inspect(scene)
  })
}

function welcome(plan: PlannedClient, crowd: Crowd, scene: Scene): void {
  crowd.living++
  crowd.lastEventAtMs = scene.world.now()
  // A client never rejects: whatever goes wrong is what it saw.
  void runClient(plan, scene, (view) => crowd.clients.push(view)).then(() => onGone(crowd, scene))
}

/** Lets time pass until all have gone. An engine with a clock of its own never runs out of things to do. */
async function runOut(crowd: Crowd, world: VirtualWorld): Promise<void> {
  while (crowd.expecting || (crowd.living > 0 && world.now() - crowd.lastEventAtMs < patienceMs)) await world.run(world.now() + strideMs)
  await world.run(world.now() + strideMs)
}

/** Lets the callers come one after the other; each is planned when the one before has come. */
export async function liveThrough(plans: Iterator<PlannedClient>, scene: Scene): Promise<LivedThrough> {
  const { world } = scene
  const crowd: Crowd = { clients: [], living: 0, expecting: true, lastEventAtMs: world.now(), leftovers: undefined }
  const comeNext = (): void => {
    const next = plans.next()
    crowd.expecting = next.done !== true
    if (next.done === true) return
    world.schedule(world.startMs + next.value.atMs - world.now(), () => {
      comeNext()
      welcome(next.value, crowd, scene)
    })
  }
  comeNext()
  await runOut(crowd, world)
  return { clients: crowd.clients, leftovers: crowd.leftovers ?? inspect(scene), endedAtMs: crowd.lastEventAtMs }
}
