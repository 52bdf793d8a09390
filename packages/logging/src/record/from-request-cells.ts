import type {
  AttemptRecord,
  CacheOutcome,
  CallRecord,
  CondensationOutcome,
  GuardrailRecord,
  PriceRecord,
  RecordedError,
  RecordedPrincipal,
  RouteRecord,
  UsageRecord,
} from './call-record.ts'
import type { AuthFailure, CompletedRequest, RequestPhases } from './completed-request.ts'
import type { Cell, RequestCells } from './request-cells.ts'

/*
 * The way back from `toRequestCells`, position by position. Cells are written by that function only, in this version or an earlier one whose
 * array was a beginning of today's; a test holds both ways against each other, which is what the casts here rest on.
 */

type Cells = readonly Cell[]

function optional<Value extends Cell>(cell: Cell | undefined): Value | undefined {
  return cell === null ? undefined : (cell as Value | undefined) // see above
}

function fromPrice(cell: Cell | undefined): number | null | undefined {
  return cell === '?' ? null : optional<number>(cell)
}

function toUsage(cell: Cell | undefined): UsageRecord | undefined {
  if (cell === null || cell === undefined) return undefined
  const cells = cell as Cells // see above
  return {
    inputTokens: cells[0] as number,
    outputTokens: cells[1] as number,
    totalTokens: cells[2] as number,
    cachedInputTokens: optional(cells[3]),
    cacheWriteTokens: optional(cells[4]),
    cacheWriteOneHourTokens: optional(cells[5]),
    reasoningTokens: optional(cells[6]),
    audioInputTokens: optional(cells[7]),
    audioOutputTokens: optional(cells[8]),
    searchUnits: optional(cells[9]),
    imageInputTokens: optional(cells[10]),
    imageOutputTokens: optional(cells[11]),
    webSearches: optional(cells[12]),
    served: toServed(cells[13]),
  }
}

function toServed(cell: Cell | undefined): UsageRecord['served'] {
  const cells = optional<Cells>(cell)
  return cells && { tier: optional(cells[0]), geo: optional(cells[1]) }
}

function toPrice(cell: Cell | undefined): PriceRecord | undefined {
  const cells = optional<Cells>(cell)
  if (cells === undefined) return undefined
  const source = cells[0] as string
  if (cells.length === 1) return { source }
  const parts: Record<string, number> = {}
  const rates: Record<string, number | undefined> = {}
  for (let index = 1; index < cells.length; index += 3) {
    const name = cells[index] as string // the names of our own classes
    rates[name] = optional(cells[index + 1])
    parts[name] = cells[index + 2] as number
  }
  return { source, parts, rates }
}

/** Earlier versions wrote whether usage was estimated, and knew one reason. */
function toEstimate(cell: Cell | undefined): string | undefined {
  return cell === true ? 'broke_off' : typeof cell === 'string' ? cell : undefined
}

function toTime(cell: Cell | undefined, base: number): number | undefined {
  return typeof cell === 'number' ? base + cell : undefined
}

function toAttempt(cell: Cell, base: number): AttemptRecord {
  const cells = cell as Cells // see above
  const limit = optional<readonly [string, number]>(cells[14])
  return {
    provider: cells[0] as string,
    model: cells[1] as string,
    startedAtMs: base + (cells[2] as number),
    reason: cells[3] as string,
    answeredAtMs: toTime(cells[4], base),
    endedAtMs: toTime(cells[5], base),
    outcome: cells[6] as string,
    upstreamStatus: optional(cells[7]),
    usage: toUsage(cells[8]),
    usageEstimated: toEstimate(cells[9]),
    costNanoUsd: fromPrice(cells[10]),
    faults: optional<readonly string[]>(cells[11]),
    waitedMs: optional(cells[12]),
    waitedFor: optional<'slot' | 'backoff' | 'budget' | 'limit'>(cells[13]),
    limit: limit && { name: limit[0], ms: limit[1] },
    causeCode: optional(cells[15]),
    priced: toPrice(cells[16]),
  }
}

function toCache(cell: Cell | undefined): CacheOutcome | undefined {
  const cells = optional<Cells>(cell)
  return (
    cells && {
      status: cells[0] as CacheOutcome['status'],
      level: optional(cells[1]),
      ageSeconds: optional(cells[2]),
      similarity: optional(cells[3]),
      savedNanoUsd: fromPrice(cells[4]),
    }
  )
}

function toCondensation(cell: Cell | undefined): CondensationOutcome | undefined {
  const cells = optional<Cells>(cell)
  return (
    cells && {
      fromTokens: cells[0] as number,
      toTokens: cells[1] as number,
      preservation: optional(cells[2]),
      savedNanoUsd: fromPrice(cells[3]),
    }
  )
}

function toPrincipal(cell: Cell | undefined): RecordedPrincipal | undefined {
  const cells = optional<readonly string[]>(cell)
  return cells && { id: cells[0] ?? '', name: cells[1] ?? '', role: cells[2] ?? '', ...(cells[3] !== undefined && { team: cells[3] }) }
}

function toError(cell: Cell | undefined): RecordedError | undefined {
  const cells = optional<readonly [string, RecordedError['fault']]>(cell)
  return cells && { code: cells[0], message: '', fault: cells[1] }
}

function toRoute(cell: Cell | undefined, base: number): RouteRecord | undefined {
  const cells = optional<readonly [string, readonly (readonly [string, string, string, Cell])[]]>(cell)
  if (cells === undefined) return undefined
  const leftOut = cells[1].map(([provider, model, why, until]) => ({ provider, model, why, untilMs: toTime(until, base) }))
  return { strategy: cells[0], leftOut }
}

function toGuardrails(cell: Cell | undefined): CallRecord['guardrails'] {
  type GuardrailCells = readonly [string, GuardrailRecord['stage'], GuardrailRecord['verdict'], readonly string[]]
  return optional<readonly GuardrailCells[]>(cell)?.map(([name, stage, verdict, kinds]) => ({ name, stage, verdict, kinds }))
}

function toCall(cell: Cell | undefined, base: number): CallRecord | undefined {
  const cells = optional<Cells>(cell)
  if (cells === undefined) return undefined
  return {
    id: cells[0] as string,
    operation: cells[1] as string,
    principal: toPrincipal(cells[2]),
    user: optional(cells[3]),
    requestedModel: cells[4] as string,
    model: optional(cells[5]),
    provider: optional(cells[6]),
    stream: cells[7] === true,
    outcome: cells[8] as CallRecord['outcome'],
    error: toError(cells[9]),
    attempts: (cells[10] as Cells).map((attempt) => toAttempt(attempt, base)),
    winner: optional(cells[11]),
    usage: toUsage(cells[12]),
    costNanoUsd: cells[13] as number | null,
    wastedNanoUsd: cells[14] as number,
    cache: toCache(cells[15]),
    condensation: toCondensation(cells[16]),
    dropped: cells[17] as readonly string[],
    tags: cells[18] as readonly string[],
    startedAtMs: base + (cells[19] as number),
    firstContentAtMs: toTime(cells[20], base),
    endedAtMs: base + (cells[21] as number),
    traceId: optional(cells[22]),
    changed: optional(cells[23]),
    route: toRoute(cells[24], base),
    guardrails: toGuardrails(cells[25]),
  }
}

function toPhases(cell: Cell | undefined): RequestPhases | undefined {
  const cells = optional<Cells>(cell)
  return cells && { authMs: optional(cells[0]), queueMs: optional(cells[1]), cacheMs: optional(cells[2]), condenseMs: optional(cells[3]) }
}

/** The request of an array that `toRequestCells` made. Pure. */
export function fromRequestCells(cells: RequestCells): CompletedRequest {
  const endpoint = cells[2] as string
  const startedAtMs = cells[5] as number
  return {
    id: cells[0] as string,
    method: cells[1] as string,
    endpoint,
    path: optional<string>(cells[3]) ?? endpoint,
    status: cells[4] as number,
    startedAtMs,
    endedAtMs: startedAtMs + (cells[6] as number),
    key: toPrincipal(cells[7]),
    error: toError(cells[8]),
    authFailure: optional<AuthFailure>(cells[9]),
    traceId: optional(cells[10]),
    phases: toPhases(cells[11]),
    call: toCall(cells[12], startedAtMs),
  }
}
