import { basename } from 'node:path'
import { type LoggingDeps, systemDeps } from '../deps.ts'
import { createMasker } from '../masking/masker.ts'
import { type BatchWriter, createBatchWriter } from '../sqlite/batch-writer.ts'
import type { Connection } from '../sqlite/connection.ts'
import { createDatabase, type Database } from '../sqlite/database.ts'
import { checkSecret } from '../sqlite/pseudonym.ts'
import { createSweeper, type StoreFigures } from '../sqlite/sweeper.ts'
import { auditSchema } from './audit.sql.ts'
import type { AuditEvent } from './audit-record.ts'
import type { AuditAnchor, ChainPoint } from './chain.ts'
import { headFileOf, readHeadFile, writeHead } from './head-file.ts'
import { namesIn, type PreparedEvent, prepareEvent, withPseudonyms } from './prepare-event.ts'
import { type AuditPage, type AuditQuery, queryRecords } from './query.ts'
import { type AuditRetention, applyRetention } from './retention.ts'
import { closeSession, openSession } from './sessions.ts'
import { type AuditTrace, eraseSubject, traceSubject } from './subject-rights.ts'
import { resolveSubjects } from './subjects.ts'
import { type AuditVerdict, type VerifyOptions, verifyAuditFile } from './verify.ts'
import { appendToChain } from './write-chain.ts'

/** An append-only chain of who did what when, in one SQLite file. */
export interface AuditLog {
  /** Opens the file; after a crash a recovery record continues the chain. Not needed before `append`, which opens it too. */
  readonly start: () => Promise<void>
  /** Takes an event; it is on disk within a second. Never throws and never waits. */
  readonly append: (event: AuditEvent) => void
  /**
   * Resolves when the event, and whatever was appended before it, is on disk: for admin actions, before they are acknowledged.
   * @throws StorageError when it could not be written; the event is not kept
   */
  readonly appendNow: (event: AuditEvent) => Promise<void>
  readonly query: (query?: AuditQuery) => Promise<AuditPage>
  readonly verify: () => Promise<AuditVerdict>
  /** What the chain holds on an end user. */
  readonly trace: (user: string) => Promise<AuditTrace>
  /** Destroys the end user's key: their records stay, and nobody can tell any more whose they are. Gives what they could be traced to before. */
  readonly erase: (user: string) => Promise<AuditTrace>
  /** To be called when the shared database's damaged file was moved to `path`. */
  readonly onQuarantine: (path: string) => void
  readonly figures: () => StoreFigures
  readonly close: () => Promise<void>
}

/** Where the audit log is kept, for how long, and what signs its anchors. */
export interface AuditLogOptions {
  readonly file: string
  /** Signs the anchors and keys the pseudonyms. At least 16 characters, kept outside the file and the same at every start. */
  readonly secret: string
  /** Plain data without secrets. Default: a masker that knows secrets by shape. */
  readonly mask?: ((value: unknown) => unknown) | undefined
  readonly retention?: AuditRetention | undefined
  /** Events held while the file can't be written. Default: 2,000. */
  readonly maxHeld?: number | undefined
  /** A checkpoint is anchored at every so many records. Default: 1,000. */
  readonly checkpointEvery?: number | undefined
  /** A database that others write to as well, with the tables of `auditSchema`; it is theirs to close. Default: one of its own over `file`. */
  readonly database?: AuditDatabase | undefined
  /** Called with the signed head after each write, to be kept elsewhere. */
  readonly onAnchor?: ((anchor: AuditAnchor) => void) | undefined
}

/** A database that the chain shares with others. Its transactions follow one another, whoever makes them. */
export interface AuditDatabase extends Database {
  /** Where the chain's end is written once more. Default: beside the file. */
  readonly headFile?: string | undefined
  /** Default: verifies the file. */
  readonly verify?: ((options: VerifyOptions) => Promise<AuditVerdict>) | undefined
  /** Whether it is known of each process that has opened the chain if it has ended well. Default: yes; processes of several machines can't know. */
  readonly keepsSessions?: boolean | undefined
}

const sweepEveryMs = 3_600_000

interface Chain {
  readonly database: Database
  /** A damaged file was moved to `path`, and a new one begins. */
  readonly onQuarantine: (path: string) => void
  readonly write: (events: readonly PreparedEvent[]) => Promise<void>
  readonly verify: () => Promise<AuditVerdict>
  readonly end: () => Promise<void>
  readonly failedSweeps: () => number
}

interface ChainState {
  opened: boolean
  head?: ChainPoint | undefined
  quarantine?: string | undefined
}

/** The records are written: what fails here must not have them written again. */
function tellAnchor({ file, database, onAnchor }: AuditLogOptions, head: AuditAnchor): void {
  for (const tell of [() => writeHead(database?.headFile ?? headFileOf(file), head), () => onAnchor?.(head)]) {
    try {
      tell()
    } catch {
      // The next write tries again; until then the file lags behind, and vouches for less.
    }
  }
}

/** Where the chain ended when somebody last wrote to it, as far as the file beside it is signed. */
function rememberedHead({ file, database, secret }: AuditLogOptions): ChainPoint | undefined {
  const head = readHeadFile(database?.headFile ?? headFileOf(file), secret)
  return head.type === 'head' ? head.anchor : undefined
}

function createChain(options: AuditLogOptions, deps: LoggingDeps): Chain {
  const { secret, retention = {}, checkpointEvery = 1000 } = options
  const { keepsSessions = true, verify: verifyShared } = options.database ?? {}
  const state: ChainState = { opened: false }
  const session = deps.newId()
  const onQuarantine = (path: string): void => {
    state.quarantine = basename(path)
    state.opened = false
    state.head = undefined
  }
  const database =
    options.database ?? createDatabase({ store: 'audit', file: options.file, schema: auditSchema, now: deps.now, onQuarantine })
  const sweep = (connection: Connection, nowMs: number): Promise<void> => applyRetention(connection, retention, { secret, nowMs })
  const sweeper = createSweeper({ database, everyMs: sweepEveryMs, now: deps.now, sweep })
  const write = async (events: readonly PreparedEvent[]): Promise<void> => {
    const nowMs = deps.now()
    if (!state.opened && state.quarantine === undefined) state.head ??= rememberedHead(options)
    const head = await database.durableTransaction(async (connection) => {
      const { opened, quarantine } = state // as it is when this write's turn has come
      const recovery = opened || !keepsSessions ? undefined : await openSession(connection, { id: session, nowMs, quarantine })
      const pseudonyms = await resolveSubjects(connection, namesIn(events), { secret, nowMs, newKey: deps.newId })
      const contents = events.map((event) => withPseudonyms(event, secret, pseudonyms))
      const seal = { secret, nowMs, checkpointEvery, remembered: state.head }
      return await appendToChain(connection, recovery ? [recovery, ...contents] : contents, seal)
    })
    state.opened = true
    state.quarantine = undefined
    if (head !== undefined) {
      state.head = head
      tellAnchor(options, head)
    }
    await sweeper.sweepWhenDue()
  }
  const end = async (): Promise<void> => {
    if (state.opened && keepsSessions) await database.transaction((connection) => closeSession(connection, session)).catch(() => undefined)
    if (options.database === undefined) await database.close()
  }
  // What this process wrote last must be there, whatever the file says of its end.
  const verify = (): Promise<AuditVerdict> => {
    const known = { secret, known: state.head === undefined ? [] : [state.head] }
    return verifyShared === undefined ? verifyAuditFile(options.file, known) : verifyShared(known)
  }
  return { database, onQuarantine, write, verify, end, failedSweeps: sweeper.failures }
}

/** Writes what comes in while a write is under way together: the disk is waited for once for all of it. */
function createGroupCommit<Item>(write: (items: readonly Item[]) => Promise<void>): {
  readonly commit: (item: Item) => Promise<void>
  /** Resolves when nothing is under way. */
  readonly idle: () => Promise<unknown>
} {
  let waiting: { readonly items: Item[]; readonly written: Promise<void> } | undefined
  let last: Promise<unknown> = Promise.resolve()
  const commit = (item: Item): Promise<void> => {
    if (waiting !== undefined) {
      waiting.items.push(item)
      return waiting.written
    }
    const items = [item]
    const written = last.then(() => {
      waiting = undefined
      return write(items)
    })
    waiting = { items, written }
    last = written.catch(() => undefined)
    return written
  }
  return { commit, idle: () => last }
}

async function settled(writer: BatchWriter<PreparedEvent>): Promise<void> {
  await writer.flush().catch(() => undefined) // whoever reads gets what is on disk
}

/** Opens the audit log, whose records form a hash chain. @throws TypeError when the secret is too short to protect anything */
export function createAuditLog(options: AuditLogOptions, deps: LoggingDeps = systemDeps): AuditLog {
  checkSecret(options.secret, 'audit')
  const { secret, maxHeld = 2000, mask = createMasker().maskValue } = options
  const { database, onQuarantine, write, verify, end, failedSweeps } = createChain(options, deps)
  let loggedDropped = 0
  /** What could not be held is missing from the chain for good; the chain says at least how much. */
  const writeBatch = async (events: readonly PreparedEvent[]): Promise<void> => {
    const { dropped } = writer.figures()
    const lost: AuditEvent = { action: 'audit.dropped', outcome: 'failure', details: { records: dropped - loggedDropped } }
    await write(dropped > loggedDropped ? [...events, prepare(lost)] : events)
    loggedDropped = dropped
  }
  const writer: BatchWriter<PreparedEvent> = createBatchWriter<PreparedEvent>(
    { write: writeBatch, flushAfterMs: 500, maxBatch: 500, maxHeld },
    deps,
  )
  const prepare = (event: AuditEvent): PreparedEvent => prepareEvent(event, deps.now(), mask)
  const now = createGroupCommit<PreparedEvent>(async (events) => {
    await writer.flush()
    await writeBatch(events)
  })
  const after = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    await now.idle()
    await settled(writer)
    return await work()
  }
  return {
    start: () => write([]),
    append: (event) => writer.add(prepare(event)),
    appendNow: (event) => now.commit(prepare(event)),
    onQuarantine,
    query: (query = {}) => after(() => queryRecords(database, query)),
    verify: () => after(verify),
    trace: (user) => after(() => traceSubject(database, secret, user)),
    erase: async (user) => {
      await now.idle()
      await writer.flush() // a record written afterwards would draw a new key
      return await eraseSubject(database, secret, user)
    },
    figures: () => ({ ...writer.figures(), failedSweeps: failedSweeps() }),
    close: async () => {
      await now.idle()
      await writer.close()
      await end()
    },
  }
}
