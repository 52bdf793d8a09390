import { type Call, type Deps, ProxyApiError } from '@proxyapi/core'
import { openRecordings } from './open-recordings.ts'
import { type Recording, type RecordingEnd, type RecordingPlan, type RecordingTail, toHead } from './recording.ts'
import type { RecordingStore } from './recording-store.ts'

/** The recordings that there are, and which of them run. */
export interface RecordingTable {
  /** Reads what the store has kept, once. */
  readonly open: () => Promise<void>
  /** @throws ProxyApiError `conflict` where too many run */
  readonly begin: (plan: RecordingPlan) => Promise<Recording>
  /** Does nothing for one that has ended. */
  readonly finish: (id: string, end: RecordingEnd) => Promise<void>
  /** Adds a request, unless that would be too much: then the recording ends. */
  readonly add: (id: string, line: string) => void
  readonly remove: (id: string) => Promise<void>
  readonly setRequests: (id: string, requests: number) => void
  readonly get: (id: string) => Recording | undefined
  /** Newest first. Those whose time is over are removed before. */
  readonly list: () => Promise<readonly Recording[]>
  readonly running: () => readonly string[]
  readonly runningOf: (call: Pick<Call, 'principal'>) => readonly string[]
  /** Runs a step when those before it are done, so that what is read is whole and what is replaced has lost nothing. */
  readonly inOrder: <T>(step: () => Promise<T>) => Promise<T>
}

export interface TableOptions {
  readonly store: RecordingStore
  readonly deps: Pick<Deps, 'now' | 'newId' | 'setTimer'>
  /** How long recordings are kept after their end. */
  readonly keepMs: () => number
}

/** Recordings that run at one time. */
const maxRunning = 4
/** Recordings that are kept: the oldest that has ended makes room. */
const maxKept = 20
const minuteMs = 60_000
/** Every request asks: it costs one look where nothing is recorded. */
const none: readonly string[] = []

interface TableState {
  readonly recordings: Map<string, Recording>
  /** By id, what cancels the timer of its end. */
  readonly running: Map<string, () => void>
}

function isOf(recording: Recording | undefined, { principal }: Pick<Call, 'principal'>): boolean {
  if (recording === undefined) return false
  return recording.key === 'all' || (principal !== undefined && (principal.id === recording.key || principal.name === recording.key))
}

function createSequence(): RecordingTable['inOrder'] {
  let last: Promise<unknown> = Promise.resolve()
  return (step) => {
    const next = last.then(step, step)
    last = next.catch(() => undefined)
    return next
  }
}

function newestFirst({ recordings }: TableState): readonly Recording[] {
  return [...recordings.values()].sort((a, b) => b.startedAtMs - a.startedAtMs)
}

/** Those that have ended and are too old, or too many. */
function overdue(state: TableState, nowMs: number, keepMs: number): readonly string[] {
  const ended = newestFirst(state).filter(({ end }) => end !== undefined)
  const isOver = ({ endedAtMs = 0 }: Recording, index: number): boolean =>
    endedAtMs + keepMs <= nowMs || index >= maxKept - state.running.size
  return ended.filter(isOver).map(({ id }) => id)
}

function change({ recordings }: TableState, id: string, changes: Partial<Recording>): void {
  const recording = recordings.get(id)
  if (recording !== undefined) recordings.set(id, { ...recording, ...changes })
}

/** What begins and ends recordings. A store that fails ends the recording that it failed. */
function createLife(state: TableState, { store, deps }: TableOptions, inOrder: RecordingTable['inOrder']) {
  const { recordings, running } = state
  const finish: RecordingTable['finish'] = async (id, end) => {
    const cancel = running.get(id)
    if (cancel === undefined) return
    running.delete(id)
    cancel()
    const endedAtMs = deps.now()
    change(state, id, { end, endedAtMs })
    const tail: RecordingTail = { object: 'recording_end', ended_at_ms: endedAtMs, end }
    await inOrder(() => store.append(id, JSON.stringify(tail)))
  }
  const finishLater = (id: string, end: RecordingEnd): void => {
    finish(id, end).catch(() => undefined)
  }
  const add: RecordingTable['add'] = (id, line) => {
    const recording = recordings.get(id)
    if (recording === undefined || !running.has(id)) return
    const bytes = recording.bytes + Buffer.byteLength(line) + 1
    if (bytes > recording.maxBytes) return finishLater(id, 'size')
    const requests = recording.requests + 1
    change(state, id, { bytes, requests })
    inOrder(() => store.append(id, line)).catch(() => finishLater(id, 'storage'))
    if (requests >= recording.maxRequests) finishLater(id, 'requests')
  }
  const begin = (plan: RecordingPlan): Recording => {
    if (running.size >= maxRunning) {
      const message = `${maxRunning} recordings run already; stop one with POST /api/recordings/{id}/stop.`
      throw new ProxyApiError({ code: 'conflict', message })
    }
    const id = deps.newId()
    const startedAtMs = deps.now()
    const endsAtMs = startedAtMs + plan.minutes * minuteMs
    const recording: Recording = { ...plan, id, startedAtMs, endsAtMs, endedAtMs: undefined, end: undefined, requests: 0, bytes: 0 }
    recordings.set(id, recording)
    running.set(
      id,
      deps.setTimer(() => finishLater(id, 'time'), endsAtMs - startedAtMs),
    )
    return recording
  }
  return { begin, finish, add }
}

/** Recordings over a store: ended by hand, time, number and size, and removed when their time is over. */
export function createRecordingTable(options: TableOptions): RecordingTable {
  const { store, deps, keepMs } = options
  const state: TableState = { recordings: new Map(), running: new Map() }
  const { recordings, running } = state
  const inOrder = createSequence()
  const { begin, finish, add } = createLife(state, options, inOrder)
  let opened: Promise<void> | undefined

  const forget = async (id: string): Promise<void> => {
    recordings.delete(id)
    await store.remove(id)
  }
  const purge = async (): Promise<void> => {
    for (const id of overdue(state, deps.now(), keepMs())) await forget(id)
  }
  return {
    open: () => {
      opened ??= inOrder(async () => {
        for (const recording of await openRecordings(store, deps.now())) recordings.set(recording.id, recording)
      })
      return opened
    },
    begin: async (plan) => {
      const recording = begin(plan)
      await inOrder(async () => {
        await purge()
        await store.append(recording.id, JSON.stringify(toHead(recording)))
      })
      return recording
    },
    finish,
    add,
    remove: (id) => inOrder(() => forget(id)),
    setRequests: (id, requests) => change(state, id, { requests }),
    get: (id) => recordings.get(id),
    list: async () => {
      await inOrder(purge)
      return newestFirst(state)
    },
    running: () => [...running.keys()],
    runningOf: (call) => (running.size === 0 ? none : [...running.keys()].filter((id) => isOf(recordings.get(id), call))),
    inOrder,
  }
}
