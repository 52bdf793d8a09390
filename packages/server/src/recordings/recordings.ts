import type { Call, Deps } from '@proxyapi/core'
import type { Mask } from '../errors/client-error.ts'
import { createBodyMask, toRecordedUser } from './mask-bodies.ts'
import { findRecordedRequest, pageBytes, withoutUser } from './recorded-lines.ts'
import { type RecordedRequest, toRecordedRequest } from './recorded-request.ts'
import type { Recording, RecordingPlan } from './recording.ts'
import type { CapturedCall } from './recording-filter.ts'
import type { RecordingPage, RecordingStore } from './recording-store.ts'
import { createRecordingTable, type RecordingTable } from './recording-table.ts'

export interface RecordingsOptions {
  readonly store: RecordingStore
  readonly mask: Mask
  /** Makes the pseudonyms of end users. */
  readonly secret: string
  readonly deps: Pick<Deps, 'now' | 'newId' | 'setTimer'>
  /** How long recordings are kept after their end. */
  readonly keepMs: () => number
}

/** The recordings of a gateway. */
export interface Recordings {
  /** @throws ProxyApiError `conflict` where too many run */
  readonly start: (plan: RecordingPlan) => Promise<Recording>
  readonly stop: (id: string) => Promise<Recording | undefined>
  /** Stops it where it runs, and removes what it holds. `undefined` when there is none of this id. */
  readonly remove: (id: string) => Promise<Recording | undefined>
  readonly find: (id: string) => Promise<Recording | undefined>
  /** Newest first. */
  readonly list: () => Promise<readonly Recording[]>
  /** Lines of a recording; `undefined` when there is none of this id. */
  readonly read: (id: string, from: number) => Promise<RecordingPage | undefined>
  /** What was recorded of a request. */
  readonly findRequest: (id: string) => Promise<RecordedRequest | undefined>
  /** How many requests of an end user are held. */
  readonly countOf: (user: string) => Promise<number>
  /** Takes out all requests of an end user, and gives how many there were. */
  readonly erase: (user: string) => Promise<number>
  /** Whether a call is to be recorded. */
  readonly isWanted: (call: Call) => boolean
  readonly onCaptured: (captured: CapturedCall) => void
  readonly close: () => Promise<void>
}

/** Of a request's or an answer's body, as JSON. Masking one of this length takes some milliseconds. */
const maxBodyCharacters = 131_072

function withinLength<Body>(body: Body | undefined): Body | undefined {
  return body === undefined || JSON.stringify(body).length > maxBodyCharacters ? undefined : body
}

/** Writes the line of a request that has ended. */
function createLineWriter({ mask, secret }: Pick<RecordingsOptions, 'mask' | 'secret'>): (captured: CapturedCall) => string {
  const maskBody = createBodyMask(mask)
  return ({ call, receipt, request, readAnswer }) => {
    const user = call.user === undefined ? undefined : { named: call.user, pseudonym: toRecordedUser(call.user, secret) }
    const bodies = {
      user: user?.pseudonym,
      request: maskBody(withinLength(request), user) as typeof request, // the same form with other texts
      response: maskBody(withinLength(readAnswer()), user),
    }
    const recorded = toRecordedRequest(receipt, call, bodies)
    return JSON.stringify({ ...recorded, requested_model: mask(recorded.requested_model), tags: recorded.tags.map(mask) })
  }
}

/** How much is held of an end user, and its erasure. */
function createSubjectRights(table: RecordingTable, { store, secret }: RecordingsOptions): Pick<Recordings, 'countOf' | 'erase'> {
  const ofUser = async (user: string, isErased: boolean): Promise<number> => {
    const pseudonym = toRecordedUser(user, secret)
    let sum = 0
    for (const { id, requests } of await table.list()) {
      await table.inOrder(async () => {
        const { kept, removed } = await withoutUser(store, id, pseudonym)
        sum += removed
        if (!isErased || removed === 0) return
        await store.replace(id, kept)
        table.setRequests(id, (table.get(id)?.requests ?? requests) - removed)
      })
    }
    return sum
  }
  return { countOf: (user) => ofUser(user, false), erase: (user) => ofUser(user, true) }
}

/** Waits until what was kept before is known. */
function afterOpening<Args extends unknown[], Answer>(table: RecordingTable, step: (...args: Args) => Promise<Answer> | Answer) {
  return async (...args: Args): Promise<Answer> => {
    await table.open()
    return step(...args)
  }
}

/** Recordings over a store. */
export function createRecordings(options: RecordingsOptions): Recordings {
  const { store } = options
  const table = createRecordingTable(options)
  const toLine = createLineWriter(options)
  const rights = createSubjectRights(table, options)
  const stop = async (id: string): Promise<Recording | undefined> => {
    await table.finish(id, 'stopped')
    return table.get(id)
  }
  return {
    start: afterOpening(table, table.begin),
    stop: afterOpening(table, stop),
    remove: afterOpening(table, async (id: string) => {
      const recording = await stop(id)
      if (recording !== undefined) await table.remove(id)
      return recording
    }),
    find: afterOpening(table, table.get),
    list: afterOpening(table, table.list),
    read: afterOpening(table, (id: string, from: number) =>
      table.get(id) === undefined ? undefined : table.inOrder(() => store.read(id, from, pageBytes)),
    ),
    findRequest: afterOpening(table, async (id: string) => {
      const ids = (await table.list()).map((recording) => recording.id)
      return table.inOrder(() => findRecordedRequest(store, ids, id))
    }),
    countOf: afterOpening(table, rights.countOf),
    erase: afterOpening(table, rights.erase),
    isWanted: (call) => table.runningOf(call).length > 0,
    onCaptured: (captured) => {
      const ids = table.runningOf(captured.call)
      if (ids.length === 0) return
      const line = toLine(captured)
      for (const id of ids) table.add(id, line)
    },
    close: async () => {
      for (const id of table.running()) await table.finish(id, 'restart')
      await table.inOrder(async () => undefined)
    },
  }
}
