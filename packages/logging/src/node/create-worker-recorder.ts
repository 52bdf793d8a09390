import { type LoggingDeps, systemDeps } from '../deps.ts'
import type { MaskerOptions } from '../masking/masker.ts'
import type { CompletedRequest } from '../record/completed-request.ts'
import { toRequestCells } from '../record/request-cells.ts'
import type { RecorderOptions } from '../recorder/create-in-thread-recorder.ts'
import type { Recorder } from '../recorder/recorder.ts'
import { checkSecret } from '../sqlite/pseudonym.ts'
import { StorageError } from '../sqlite/storage-error.ts'
import { type Asks, createAsks } from './asks.ts'
import type { AskedMethod, FromRecorder } from './messages.ts'
import { createStartThread, recorderWorkerFile, type StartRecorderThread } from './recorder-thread.ts'
import { type Supervisor, superviseThread } from './supervise-thread.ts'
import { createThreadFigures, type ThreadFigures } from './thread-figures.ts'

/** Where a recorder in a thread of its own writes, and how much it may hold. */
export interface WorkerRecorderOptions extends Omit<RecorderOptions, 'masker' | 'maxHeld'> {
  /** Of the masker that the thread makes for itself. */
  readonly masker?: MaskerOptions | undefined
  /** Requests that wait for the thread; more are dropped and counted. Default: 20,000. */
  readonly maxQueued?: number | undefined
  /** A thread that has work and says nothing for so long is abandoned; another one is started when it has ended by itself. Default: 10 s. */
  readonly hangAfterMs?: number | undefined
  /** Default: runs the package's own file. */
  readonly startThread?: StartRecorderThread | undefined
}

const maxBatch = 256
const closeWithinMs = 10_000

function defaultStart(): StartRecorderThread {
  const file = recorderWorkerFile()
  if (file !== undefined) return createStartThread(file)
  throw new StorageError({ message: 'The recorder has no program for its thread: build the package', retryable: false })
}

interface Link {
  readonly thread: Supervisor
  readonly asks: Asks
  readonly figures: ThreadFigures
  /** Given to every thread that is started. */
  readonly secrets: string[]
}

function createLink(options: WorkerRecorderOptions, deps: LoggingDeps, onStarted: () => void): Link {
  const { masker = {}, onNotice, log, hangAfterMs = 10_000, startThread = defaultStart() } = options
  const { file, database, secret, audit, retention } = options
  const figures = createThreadFigures()
  const asks = createAsks((isOpen) => thread.hold(isOpen))
  const onMessage = (message: FromRecorder): void => {
    if (message.type === 'lines') {
      try {
        log?.write(message.text)
      } catch {
        // A log that can't be written must not cost the process.
      }
      return
    }
    figures.onReport(message.figures)
    if (message.type === 'notice') onNotice?.(message.notice)
    else if (message.type === 'taken') figures.onTaken(message.requests)
    else asks.onAnswer(message)
  }
  const secrets = [...(masker.secrets ?? [])]
  const data = {
    file,
    database,
    secret,
    audit,
    retention,
    masker: { ...masker, secrets },
    log: log && { level: log.level, format: log.format },
  }
  const thread: Supervisor = superviseThread(
    {
      ...{ startThread, data, hangAfterMs, onMessage },
      isBusy: () => figures.sent() > 0 || asks.open() > 0,
      // Not while this is being made: there is nothing to send then.
      onStarted: () => queueMicrotask(onStarted),
      onLost: () => figures.onLost(asks.failAll()),
    },
    deps,
  )
  return { thread, asks, figures, secrets }
}

/** Requests on their way to the thread: sent together, after a while or when there are many. */
function createOutbox(
  options: WorkerRecorderOptions,
  deps: LoggingDeps,
): { readonly link: Link; push: Recorder['push']; send: () => void } {
  const { maxQueued = 20_000, flushAfterMs = 30 } = options
  let pending: CompletedRequest[] = []
  let cancelTimer: (() => void) | undefined
  const send = (): void => {
    cancelTimer?.()
    cancelTimer = undefined
    for (let from = 0; from < pending.length; from += maxBatch) {
      const batch = pending.slice(from, from + maxBatch)
      if (!link.thread.post({ type: 'requests', requests: batch.map(toRequestCells) })) {
        pending = pending.slice(from) // until there is a thread again
        return
      }
      link.figures.onSent(batch.length)
    }
    pending = []
  }
  const link = createLink(options, deps, send)
  link.figures.observe(() => pending.length)
  return {
    link,
    send,
    push: (request) => {
      if (pending.length + link.figures.sent() >= maxQueued) {
        link.figures.onDropped()
        return
      }
      pending.push(request)
      if (pending.length === maxBatch) send()
      else cancelTimer ??= deps.setTimer(send, flushAfterMs)
    },
  }
}

/**
 * Records in a thread of its own: a request costs this one an array and its share of a message. The thread may hang or die: that costs records,
 * which are counted, and another thread is started when it has ended.
 *
 * Close it before the process ends: SQLite's addon aborts a process that exits while one of its statements runs in a thread.
 *
 * @throws TypeError when the secret is too short to protect anything; StorageError when the package is not built
 */
export function createWorkerRecorder(options: WorkerRecorderOptions, deps: LoggingDeps = systemDeps): Recorder {
  checkSecret(options.secret, 'records')
  const { link, push, send } = createOutbox(options, deps)
  const { thread, asks, figures, secrets } = link
  /** What was pushed before goes first, so that every answer knows of it. */
  const ask = async <Result>(method: AskedMethod, ...args: readonly unknown[]): Promise<Result> => {
    send()
    let isSent = true
    const answer = asks.ask((message) => (isSent = thread.post(message)), method, args)
    if (!isSent) figures.onAuditLost(asks.failAll())
    return (await answer) as Result // what the method of that name gives on the other side
  }
  return {
    push,
    hasAudit: options.audit !== false,
    audit: (event) => ask('audit', event),
    addEvents: (events) => ask('addEvents', events),
    addSecrets: async (added) => {
      const unknown = added.filter((one) => !secrets.includes(one))
      if (unknown.length === 0) return
      secrets.push(...unknown)
      await ask('addSecrets', unknown)
    },
    requests: (query) => ask('requests', query),
    summary: (query) => ask('summary', query),
    analytics: (query) => ask('analytics', query),
    spending: (query) => ask('spending', query),
    receipt: (id, reader) => ask('receipt', id, reader),
    auditRecords: (query) => ask('auditRecords', query),
    verifyAudit: () => ask('verifyAudit'),
    user: (user) => ask('user', user),
    events: (query) => ask('events', query),
    eraseUser: (user) => ask('eraseUser', user),
    flush: () => ask('flush'),
    figures: figures.read,
    close: async () => {
      const closed = ask('close')
      thread.release()
      let cancelTimer = (): void => undefined
      const late = new Promise<void>((resolve) => {
        cancelTimer = deps.setTimer(resolve, closeWithinMs)
      })
      await Promise.race([closed.catch(() => undefined), late])
      cancelTimer()
      thread.abandon()
    },
  }
}
