import type { AttemptRecord, CallRecord, PriceRecord, RecordedPrincipal, RouteRecord, UsageRecord } from './call-record.ts'
import type { CompletedRequest } from './completed-request.ts'

/*
 * A request as one flat array: a third of what its objects cost to send to another thread (measured by bench/recorder.mjs), and a third of their
 * length as JSON. `null` stands for what is not there; a price that is not known, which is another thing, is '?'. Times are milliseconds since the
 * request began, which are short numbers and cheap to write.
 */

export type Cell = string | number | boolean | null | readonly Cell[]
export type RequestCells = readonly Cell[]

type Given<Value> = Value | undefined

const unknownPrice = '?'

const toPrice = (nanoUsd: Given<number | null>): Cell => (nanoUsd === null ? unknownPrice : (nanoUsd ?? null))

/** What few calls have stands at the end, and is left out where there is none of it. */
function rareUsageCells({ imageInputTokens, imageOutputTokens, webSearches, served }: UsageRecord): readonly Cell[] {
  if (imageInputTokens === undefined && imageOutputTokens === undefined && webSearches === undefined && served === undefined) return []
  const how = served === undefined ? null : [served.tier ?? null, served.geo ?? null]
  return [imageInputTokens ?? null, imageOutputTokens ?? null, webSearches ?? null, how]
}

/** Source, and then name, rate and cost of each class that costs something. */
function priceCells(priced: PriceRecord | undefined): readonly Cell[] {
  if (priced === undefined) return []
  const { source, parts, rates } = priced
  const cells: Cell[] = [source]
  for (const name in parts) {
    const cost = parts[name]
    if (cost !== undefined && cost !== 0) cells.push(name, rates?.[name] ?? null, cost)
  }
  return [cells]
}

function usageCells(usage: Given<UsageRecord>): Cell {
  if (usage === undefined) return null
  return [
    usage.inputTokens,
    usage.outputTokens,
    usage.totalTokens,
    usage.cachedInputTokens ?? null,
    usage.cacheWriteTokens ?? null,
    usage.cacheWriteOneHourTokens ?? null,
    usage.reasoningTokens ?? null,
    usage.audioInputTokens ?? null,
    usage.audioOutputTokens ?? null,
    usage.searchUnits ?? null,
    ...rareUsageCells(usage),
  ]
}

const since = (base: number, atMs: number | undefined): Cell => (atMs === undefined ? null : atMs - base)

function attemptCells(attempt: AttemptRecord, base: number): Cell {
  const { limit, faults } = attempt
  return [
    attempt.provider,
    attempt.model,
    attempt.startedAtMs - base,
    attempt.reason,
    since(base, attempt.answeredAtMs),
    since(base, attempt.endedAtMs),
    attempt.outcome,
    attempt.upstreamStatus ?? null,
    usageCells(attempt.usage),
    attempt.usageEstimated ?? null,
    toPrice(attempt.costNanoUsd),
    faults === undefined ? null : faults,
    attempt.waitedMs ?? null,
    attempt.waitedFor ?? null,
    limit === undefined ? null : [limit.name, limit.ms],
    attempt.causeCode ?? null,
    ...priceCells(attempt.priced),
  ]
}

function cacheCells({ cache }: CallRecord): Cell {
  if (cache === undefined) return null
  return [cache.status, cache.level ?? null, cache.ageSeconds ?? null, cache.similarity ?? null, toPrice(cache.savedNanoUsd)]
}

function condensationCells({ condensation }: CallRecord): Cell {
  if (condensation === undefined) return null
  const { fromTokens, toTokens, preservation, savedNanoUsd } = condensation
  return [fromTokens, toTokens, preservation ?? null, toPrice(savedNanoUsd)]
}

function routeCells({ strategy, leftOut }: RouteRecord, base: number): Cell {
  return [strategy, leftOut.map(({ provider, model, why, untilMs }) => [provider, model, why, since(base, untilMs)])]
}

/** Left out where there was nothing to choose and no guardrail found anything, as for most calls. */
function rareCells({ route, guardrails }: CallRecord, base: number): readonly Cell[] {
  if (route === undefined && guardrails === undefined) return []
  const chosen = route === undefined ? null : routeCells(route, base)
  return guardrails === undefined ? [chosen] : [chosen, guardrails.map(({ name, stage, verdict, kinds }) => [name, stage, verdict, kinds])]
}

function principalCells(principal: RecordedPrincipal | undefined): Cell {
  if (principal === undefined) return null
  const { id, name, role, team } = principal
  return team === undefined ? [id, name, role] : [id, name, role, team]
}

function callCells(call: CallRecord, base: number): Cell {
  const { principal, error } = call
  return [
    call.id,
    call.operation,
    principalCells(principal),
    call.user ?? null,
    call.requestedModel,
    call.model ?? null,
    call.provider ?? null,
    call.stream,
    call.outcome,
    error === undefined ? null : [error.code, error.fault],
    call.attempts.map((attempt) => attemptCells(attempt, base)),
    call.winner ?? null,
    usageCells(call.usage),
    call.costNanoUsd,
    call.wastedNanoUsd,
    cacheCells(call),
    condensationCells(call),
    call.dropped,
    call.tags,
    call.startedAtMs - base,
    since(base, call.firstContentAtMs),
    call.endedAtMs - base,
    call.traceId ?? null,
    call.changed ?? null,
    ...rareCells(call, base),
  ]
}

/** The array of a request. Texts of errors, which may quote a prompt, are left out. Pure. */
export function toRequestCells(request: CompletedRequest): RequestCells {
  const { key, error, phases, call } = request
  return [
    request.id,
    request.method,
    request.endpoint,
    // Only a path without a route says more than its endpoint.
    request.endpoint === 'other' ? request.path : null,
    request.status,
    request.startedAtMs,
    request.endedAtMs - request.startedAtMs,
    principalCells(key),
    error === undefined ? null : [error.code, error.fault],
    request.authFailure ?? null,
    request.traceId ?? null,
    phases === undefined ? null : [phases.authMs ?? null, phases.queueMs ?? null, phases.cacheMs ?? null, phases.condenseMs ?? null],
    call === undefined ? null : callCells(call, request.startedAtMs),
  ]
}
