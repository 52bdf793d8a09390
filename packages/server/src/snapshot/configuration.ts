import { ProxyApiError } from '@proxyapi/core'
import type { AuditEvent } from '@proxyapi/logging/node'
import type {
  CheckResult,
  ConfigurationControl,
  ConfigurationReport,
  ReloadFigures,
  ReloadOrigin,
  ReloadResult,
} from '../capability/configuration-control.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import type { ConfigReading, ConfigSource } from '../config/config-source.ts'
import { diffConfig } from '../config/diff-config.ts'
import { maskConfig, withoutTexts } from '../config/secret-paths.ts'
import { withoutRestart } from '../config/takes-restart.ts'
import { discardFeatures, type GatewayState } from '../state/open-state.ts'
import { compileSnapshot, type Snapshot } from './compile-snapshot.ts'
import { swapSnapshot } from './swap-snapshot.ts'

type State = GatewayState<Snapshot>
type GoodReading = Extract<ConfigReading, { readonly ok: true }>

/** What a running gateway knows of its configuration. */
interface Loaded {
  /** As it was read last, whether all of it has taken effect or not. */
  wanted: GatewayConfig
  /** As the process runs on it. */
  running: GatewayConfig
  revision: string
  origins: GoodReading['origins']
  figures: ReloadFigures
}

/** Of a gateway whose configuration was handed to it. */
const givenRevision = 'given'

function noSource(): ProxyApiError {
  return new ProxyApiError({
    code: 'conflict',
    message: 'The configuration of this gateway comes from the program around it, which has to be asked for another one.',
  })
}

function sourceOf({ given }: State): ConfigSource {
  if (given.configSource === undefined) throw noSource()
  return given.configSource
}

/** Paths of the settings that wait for the next start. */
function waiting({ wanted, running }: Loaded): readonly string[] {
  return diffConfig(running, wanted)
    .filter(({ takes }) => takes === 'restart')
    .map(({ path }) => path)
}

async function discard(snapshot: Snapshot, { current, context }: State): Promise<void> {
  await discardFeatures(snapshot.features, current.snapshot?.features).catch((cause: unknown) => context.observers.onFailure(cause, ''))
}

/** On disk before the new configuration is at work. @throws ProxyApiError `storage_unavailable` */
async function audit(event: AuditEvent, { given }: State): Promise<void> {
  if (given.recorder?.hasAudit !== true) return
  try {
    await given.recorder.audit(event)
  } catch (cause) {
    const message = 'The configuration was not changed: the change could not be written to the audit log.'
    throw new ProxyApiError({ code: 'storage_unavailable', message, cause })
  }
}

function toIssues(error: unknown): ReloadResult {
  if (!(error instanceof Error)) throw error
  return { ok: false, issues: [{ line: null, column: null, path: '', message: error.message }] }
}

interface Reloaded {
  readonly result: ReloadResult
  readonly origin: ReloadOrigin
  /** The revision before. */
  readonly before: string
}

/** Tells that a configuration was taken in, or refused. */
function tell({ result, before, origin }: Reloaded, { context }: State): void {
  const change = { kind: 'config', atMs: context.deps.now(), target: 'configuration', from: before } as const
  if (!result.ok) {
    // Messages may show what was found; readers of events need not be readers of the configuration.
    const cause = `${origin}: refused, problems: ${result.issues.length}, the first at ${result.issues[0]?.path ?? ''}`
    context.observers.onGatewayEvent({ ...change, to: before, cause })
    return
  }
  const changed = result.changes.map(({ path }) => path)
  if (changed.length > 0) context.observers.onGatewayEvent({ ...change, to: result.revision, cause: `${origin}: ${changed.join(', ')}` })
}

/** Takes a configuration in that was read: compiled whole, audited, swapped in one step. */
async function takeIn(reading: GoodReading, origin: ReloadOrigin, { state, loaded }: Parts): Promise<ReloadResult> {
  const changes = diffConfig(loaded.wanted, reading.config)
  const running = withoutRestart(reading.config, loaded.running)
  const { revision } = reading
  const settle = (): ReloadResult => {
    Object.assign(loaded, { wanted: reading.config, running, revision, origins: reading.origins })
    return { ok: true, revision, changes, takesRestart: waiting(loaded) }
  }
  if (changes.length === 0) return settle()
  let next: Snapshot
  try {
    next = compileSnapshot(running, state)
  } catch (error) {
    return toIssues(error)
  }
  try {
    const details = { origin, revision, changed: changes.map(({ path }) => path) }
    await audit({ action: 'config.loaded', outcome: 'success', details }, state)
  } catch (error) {
    await discard(next, state)
    throw error
  }
  swapSnapshot(state, next)
  return settle()
}

interface Parts {
  readonly state: State
  readonly loaded: Loaded
}

async function reload(origin: ReloadOrigin, parts: Parts): Promise<ReloadResult> {
  const { state, loaded } = parts
  const before = loaded.revision
  const reading = sourceOf(state).read()
  const result = reading.ok ? await takeIn(reading, origin, parts) : reading
  if (reading.ok && result.ok) await state.context.workers?.takeIn(reading)
  const { succeeded, failed, loadedAtMs } = loaded.figures
  const now = state.context.deps.now()
  loaded.figures = result.ok
    ? { succeeded: succeeded + 1, failed, loadedAtMs: now, isLatestGood: true }
    : { succeeded, failed: failed + 1, loadedAtMs, isLatestGood: false }
  // A request for a reload is audited as any other; a signal is nobody's.
  if (!result.ok && origin !== 'api')
    await audit({ action: 'config.loaded', outcome: 'failure', details: { origin, issues: result.issues.length } }, state)
  tell({ result, before, origin }, state)
  state.given.onReload?.(result, origin)
  // What came from another instance is known there.
  if (result.ok && result.changes.length > 0 && origin !== 'instance')
    state.context.announcer.publish('configuration.reloaded', { revision: result.revision })
  return result
}

/** Follows another instance: the file here is read anew where its text is the same as there, and else left alone. */
async function followReload(there: string, parts: Parts): Promise<void> {
  const { loaded, state } = parts
  const { configSource, onReloadElsewhere } = state.given
  if (configSource === undefined || loaded.revision === there) return
  const here = configSource.text()?.revision
  if (here === there) await reload('instance', parts)
  else onReloadElsewhere?.({ there, here })
}

function report({ state, loaded }: Parts): ConfigurationReport {
  const { configSource } = state.given
  const file = configSource?.text()
  return {
    revision: file?.revision ?? loaded.revision,
    path: configSource?.path,
    isWritable: file !== undefined && loaded.running.console.edit_config,
    text: file?.text,
    effective: maskConfig(loaded.running),
    origins: loaded.origins,
    takesRestart: waiting(loaded),
  }
}

function check(text: string, { state, loaded }: Parts): CheckResult {
  const reading = sourceOf(state).check(text)
  if (!reading.ok) return reading
  // Whoever asks about a text could have it refer to anything that the process knows.
  return { ok: true, changes: withoutTexts(diffConfig(loaded.wanted, reading.config), reading.referenced) }
}

function assertEditable({ state, loaded }: Parts): ConfigSource {
  const source = sourceOf(state)
  if (source.path === undefined) throw noSource()
  if (loaded.running.console.edit_config) return source
  const message = 'The configuration is not edited here: set console.edit_config to true in the file, and reload.'
  throw new ProxyApiError({ code: 'forbidden', message })
}

async function replace(text: string, revision: string | undefined, parts: Parts): Promise<ReloadResult> {
  const source = assertEditable(parts)
  const now = source.text()?.revision
  if (revision !== undefined && revision !== now) {
    const message = `The configuration file has changed meanwhile: it is at revision ${now ?? 'none'} and not at ${revision.slice(0, 80)}. Read it again.`
    throw new ProxyApiError({ code: 'conflict', message })
  }
  const reading = source.check(text)
  if (!reading.ok) return reading
  const undo = source.write(text)
  try {
    const result = await reload('api', parts)
    if (!result.ok) undo()
    return result
  } catch (error) {
    undo()
    throw error
  }
}

function restore(number: number, parts: Parts): Promise<ReloadResult> {
  const text = assertEditable(parts).textOf(number)
  if (text === undefined) throw new ProxyApiError({ code: 'not_found', message: `There is no revision ${number}.` })
  return replace(text, undefined, parts)
}

/** Runs one task after the other, whatever becomes of them. */
function createTurns(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const mine = last.then(task)
    last = mine.catch(() => undefined)
    return mine
  }
}

/** The configuration of a gateway that runs on `config`. */
export function createConfiguration(config: GatewayConfig, state: State): ConfigurationControl {
  const first = state.given.configSource?.read()
  const loaded: Loaded = {
    wanted: config,
    running: config,
    revision: first?.ok === true ? first.revision : givenRevision,
    origins: first?.ok === true ? first.origins : {},
    figures: { succeeded: 0, failed: 0, loadedAtMs: state.startedAtMs, isLatestGood: true },
  }
  const parts: Parts = { state, loaded }
  const inTurn = createTurns()
  state.context.announcer.subscribe('configuration.reloaded', ({ revision }) => {
    inTurn(() => followReload(revision, parts)).catch((cause: unknown) => state.context.observers.onFailure(cause, ''))
  })
  return {
    reload: (origin) => inTurn(() => reload(origin, parts)),
    report: () => report(parts),
    check: (text) => check(text, parts),
    replace: (text, revision) => inTurn(() => replace(text, revision, parts)),
    revisions: () => assertEditable(parts).revisions(),
    restore: (number) => inTurn(async () => restore(number, parts)),
    figures: () => loaded.figures,
    config: () => loaded.running,
  }
}
