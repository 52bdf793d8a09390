import type { Deps } from '@proxyapi/core'
import type { GatewayEvent, NumberedEvent } from '@proxyapi/logging/node'
import { type EventPage, type EventQuery, eventLimit, matchesEventQuery, type Recorder } from '@proxyapi/logging/node'

/** Events in memory: what is sent again to a reader that comes back, and all there is without a recorder. */
const maxRemembered = 1_000
/** Events that wait for the recorder; the oldest are dropped. */
const maxWaiting = 1_000
const maxListeners = 10
/** Events of one kind in a second; more come of a cause that the first ones have told. */
const maxPerSecond = 50
const writeAfterMs = 100
const retryAfterMs = 5_000
const maxTextLength = 300

type Listener = (event: NumberedEvent) => void
type EventRecorder = Pick<Recorder, 'addEvents' | 'events'>

/** The events of a gateway: numbered, masked, kept and passed on as they happen. */
export interface EventLog {
  /** Never throws and never waits. */
  readonly add: (event: GatewayEvent) => void
  /** @throws StorageError when what is kept can't be read */
  readonly read: (query: EventQuery) => Promise<EventPage>
  /** Returns a function that removes the listener; `undefined` when there are too many. */
  readonly listen: (listener: Listener) => (() => void) | undefined
  /** Events that were lost: there were too many of them, or they could not be written. */
  readonly dropped: () => number
  /** Writes what waits. */
  readonly close: () => Promise<void>
}

export interface EventLogOptions {
  /** Without one events are kept as long as the process, the latest 1,000 of them. */
  readonly recorder: EventRecorder | undefined
  readonly mask: (text: string) => string
}

type EventLogDeps = Pick<Deps, 'now' | 'random' | 'setTimer'>

/** Numbers that grow with time, over restarts too; those of two processes differ by chance. */
function createSequence({ now, random }: EventLogDeps): () => number {
  let last = 0
  return () => {
    last = Math.max(last + 1, Math.floor(now()) * 1_000 + Math.floor(random() * 1_000))
    return last
  }
}

/** Whether an event is within what its kind may take of a second. */
function createEventRate({ now }: EventLogDeps): (kind: string) => boolean {
  let second = 0
  let counts = new Map<string, number>()
  return (kind) => {
    const current = Math.floor(now() / 1_000)
    if (current !== second) {
      second = current
      counts = new Map()
    }
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    return count <= maxPerSecond
  }
}

/** Names may be a client's, where a provider takes any model. */
function masked(event: GatewayEvent, sequence: number, mask: (text: string) => string): NumberedEvent {
  const shown = (text: string): string => mask(text.slice(0, maxTextLength))
  const { target, from, to, cause, effect } = event
  return {
    ...{ ...event, sequence, target: shown(target) },
    ...(from !== undefined && { from: shown(from) }),
    ...(to !== undefined && { to: shown(to) }),
    ...(cause !== undefined && { cause: shown(cause) }),
    ...(effect !== undefined && { effect: { ...effect, to: effect.to.map(shown) } }),
  }
}

interface EventWriter {
  readonly add: (event: NumberedEvent) => void
  readonly flush: () => Promise<void>
  readonly dropped: () => number
  readonly close: () => Promise<void>
}

/** Hands events to the recorder, several at a time, and again when it could not take them. */
function createEventWriter(recorder: EventRecorder, { setTimer }: EventLogDeps): EventWriter {
  let waiting: NumberedEvent[] = []
  let dropped = 0
  let isClosed = false
  let cancelTimer: (() => void) | undefined
  let writing: Promise<void> = Promise.resolve()
  const schedule = (ms: number): void => {
    if (!isClosed) cancelTimer ??= setTimer(() => void flush(), ms)
  }
  const write = async (): Promise<void> => {
    cancelTimer?.()
    cancelTimer = undefined
    const batch = waiting
    if (batch.length === 0) return
    waiting = []
    try {
      await recorder.addEvents(batch)
    } catch {
      waiting = [...batch, ...waiting]
      schedule(retryAfterMs)
    }
  }
  const flush = (): Promise<void> => {
    writing = writing.then(write)
    return writing
  }
  return {
    flush,
    dropped: () => dropped,
    add: (event) => {
      waiting.push(event)
      if (waiting.length > maxWaiting) {
        waiting.shift()
        dropped++
      }
      schedule(writeAfterMs)
    },
    close: async () => {
      isClosed = true
      await flush()
      dropped += waiting.length
    },
  }
}

function pageOf(remembered: readonly NumberedEvent[], query: EventQuery): EventPage {
  const limit = eventLimit(query)
  const found = remembered.filter((event) => matchesEventQuery(query, event)).reverse()
  const events = found.slice(0, limit)
  return { events, next: found.length > limit ? (events.at(-1)?.sequence ?? null) : null }
}

export function createEventLog({ recorder, mask }: EventLogOptions, deps: EventLogDeps): EventLog {
  const next = createSequence(deps)
  const isWithinRate = createEventRate(deps)
  const writer = recorder && createEventWriter(recorder, deps)
  const listeners = new Set<Listener>()
  const remembered: NumberedEvent[] = []
  let refused = 0
  return {
    add: (event) => {
      if (!isWithinRate(event.kind)) {
        refused++
        return
      }
      const numbered = masked(event, next(), mask)
      if (remembered.push(numbered) > maxRemembered) remembered.shift()
      writer?.add(numbered)
      for (const listener of listeners) listener(numbered)
    },
    read: async (query) => {
      if (recorder === undefined) return pageOf(remembered, query)
      await writer?.flush()
      return recorder.events(query)
    },
    listen: (listener) => {
      if (listeners.size >= maxListeners) return undefined
      const own: Listener = (event) => listener(event)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
    dropped: () => refused + (writer?.dropped() ?? 0),
    close: async () => writer?.close(),
  }
}
