import type { Deps, EngineEvent, Receipt } from '@proxyapi/core'
import type { GatewayEvent } from '@proxyapi/logging/node'
import { createTroubles } from './troubles.ts'

/** The events of the engine that are told of; the others are single attempts. */
export const toldEngineEvents = ['breaker', 'cooldown', 'shed', 'provider-health'] as const satisfies readonly EngineEvent['type'][]

/** Shedding is over when nothing has been turned away for so long. */
const shedQuietMs = 10_000
/** Targets at rest that are watched at one time. */
const maxResting = 1_000

/** Makes what happens in an engine, call by call, into events: one when a state begins and one when it ends. */
export interface EngineEvents {
  readonly onEvent: (event: EngineEvent) => void
  readonly onReceipt: (receipt: Receipt) => void
  /** Sets timers from now on: the ends of states are told when they come. */
  readonly start: () => void
  readonly close: () => void
}

type Add = (event: GatewayEvent) => void
type EngineEventsDeps = Pick<Deps, 'now' | 'setTimer'>
type Event<Type extends EngineEvent['type']> = Extract<EngineEvent, { readonly type: Type }>

interface State {
  untilMs: number
  cancelTimer: () => void
  readonly onEnd: () => void
}

/** States that last until a time that may be put off. */
interface Lasting {
  /** Whether the state begins, and not only lasts longer. */
  readonly extend: (name: string, untilMs: number, onEnd: () => void) => boolean
  /** From now on ends are told when they come; before, with the next beginning. */
  readonly start: () => void
  readonly close: () => void
}

function createLasting(deps: EngineEventsDeps, max: number): Lasting {
  const states = new Map<string, State>()
  let isStarted = false
  const end = (name: string, state: State): void => {
    state.cancelTimer()
    states.delete(name)
    state.onEnd()
  }
  const watch = (name: string, state: State): void => {
    if (!isStarted) return
    const onTimer = (): void => (deps.now() < state.untilMs ? watch(name, state) : end(name, state))
    state.cancelTimer = deps.setTimer(onTimer, Math.max(1, state.untilMs - deps.now()))
  }
  return {
    extend: (name, untilMs, onEnd) => {
      const known = states.get(name)
      if (known !== undefined && known.untilMs > deps.now()) {
        known.untilMs = Math.max(known.untilMs, untilMs)
        return false
      }
      if (known !== undefined) end(name, known)
      if (states.size >= max) return false
      const state: State = { untilMs, cancelTimer: () => undefined, onEnd }
      states.set(name, state)
      watch(name, state)
      return true
    },
    start: () => {
      if (isStarted) return
      isStarted = true
      for (const [name, state] of states) watch(name, state)
    },
    close: () => {
      isStarted = false
      for (const { cancelTimer } of states.values()) cancelTimer()
      states.clear()
    },
  }
}

function createCircuitEvents(add: Add) {
  const troubles = createTroubles()
  return {
    onReceipt: troubles.onReceipt,
    onEvent: ({ provider, model, from, to, atMs }: Event<'breaker'>): void => {
      const target = `${provider}/${model}`
      if (to !== 'closed') troubles.begin(target)
      const effect = to === 'closed' ? troubles.end(target) : undefined
      add({ kind: 'circuit', atMs, target, from, to, effect })
    },
  }
}

function createRestEvents(add: Add, deps: EngineEventsDeps) {
  const troubles = createTroubles()
  const resting = createLasting(deps, maxResting)
  return {
    onReceipt: troubles.onReceipt,
    start: resting.start,
    close: resting.close,
    onEvent: ({ provider, model, atMs, ms, failure }: Event<'cooldown'>): void => {
      const target = `${provider}/${model}`
      const onEnd = (): void =>
        add({ kind: 'rest', atMs: deps.now(), target, from: 'resting', to: 'available', effect: troubles.end(target) })
      if (!resting.extend(target, atMs + ms, onEnd)) return
      troubles.begin(target)
      add({ kind: 'rest', atMs, target, from: 'available', to: 'resting', cause: failure })
    },
  }
}

function createShedEvents(add: Add, deps: EngineEventsDeps) {
  const shedding = createLasting(deps, maxResting)
  const counts = new Map<string, number>()
  return {
    start: shedding.start,
    close: shedding.close,
    onEvent: ({ reason, atMs }: Event<'shed'>): void => {
      counts.set(reason, (counts.get(reason) ?? 0) + 1)
      const onEnd = (): void => {
        const failed = counts.get(reason) ?? 0
        counts.delete(reason)
        const effect = { rerouted: 0, failed, extraNanoUsd: 0, to: [] }
        add({ kind: 'shed', atMs: deps.now(), target: 'gateway', from: 'shedding', to: 'admitting', cause: reason, effect })
      }
      if (shedding.extend(reason, atMs + shedQuietMs, onEnd))
        add({ kind: 'shed', atMs, target: 'gateway', from: 'admitting', to: 'shedding', cause: reason })
    },
  }
}

export function createEngineEvents(add: Add, deps: EngineEventsDeps): EngineEvents {
  const circuits = createCircuitEvents(add)
  const rests = createRestEvents(add, deps)
  const sheds = createShedEvents(add, deps)
  const onHealth = ({ provider, reachable, atMs }: Event<'provider-health'>): void => {
    const [from, to] = reachable ? ['unreachable', 'reachable'] : ['reachable', 'unreachable']
    add({ kind: 'provider', atMs, target: provider, from, to })
  }
  return {
    onEvent: (event) => {
      if (event.type === 'breaker') circuits.onEvent(event)
      else if (event.type === 'cooldown') rests.onEvent(event)
      else if (event.type === 'shed') sheds.onEvent(event)
      else if (event.type === 'provider-health') onHealth(event)
    },
    onReceipt: (receipt) => {
      circuits.onReceipt(receipt)
      rests.onReceipt(receipt)
    },
    start: () => {
      rests.start()
      sheds.start()
    },
    close: () => {
      rests.close()
      sheds.close()
    },
  }
}
