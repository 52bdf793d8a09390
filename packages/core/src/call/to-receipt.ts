import { isCount, type Usage } from '../chat/usage.ts'
import type { RouteOutcome } from './annotations.ts'
import type { AnswerMeter } from './answer-meter.ts'
import type { Attempt } from './attempt.ts'
import type { Call } from './call.ts'
import type { Receipt } from './receipt.ts'

/** The part of a call that its receipt is made of. */
export interface RecordedCall extends Call {
  readonly requestedModel: string
  readonly stream: boolean
  readonly meter: AnswerMeter
  readonly traceId: string | undefined
}

/** Follow-up work has an id of its own: `<id>-shared`, within the 64 characters that ids may have. */
const sharedSuffix = '-shared'
const maxIdLength = 64

function wasteOf(attempts: readonly Attempt[], winner: Attempt | undefined): number {
  let sum = 0
  for (const attempt of attempts) if (attempt !== winner) sum += attempt.costNanoUsd ?? 0
  return sum
}

/** The caller of a continued answer got what several attempts have written. */
function isContinued({ reason, usageEstimated }: Attempt): boolean {
  return reason === 'continuation' && usageEstimated === undefined
}

/** Usage that no attempt of this call has metered, as from a cache: nothing that sums can't hold. */
function soundUsage(usage: Usage | undefined): Usage | undefined {
  return usage !== undefined && isCount(usage.inputTokens) && isCount(usage.outputTokens) && isCount(usage.totalTokens) ? usage : undefined
}

/** What was noted while the call ran, as it is now. */
function toRoute(route: RouteOutcome | undefined): RouteOutcome | undefined {
  return route === undefined ? undefined : { strategy: route.strategy, leftOut: [...route.leftOut] }
}

/** The usage of what the caller got. */
function usageOf(won: Attempt | undefined, metered: Usage | undefined): Usage | undefined {
  return won?.usage === undefined || isContinued(won) ? soundUsage(metered) : won.usage
}

/** Makes the receipt of a call that has ended, or of the part of it that has. */
export function toReceipt(
  call: RecordedCall,
  ended: Pick<Receipt, 'outcome' | 'error' | 'endedAtMs'> & { readonly told: ReadonlySet<Attempt> | undefined },
): Receipt {
  const { told, outcome, error, endedAtMs } = ended
  // What still runs, runs for others and is told of when it ends.
  const attempts = call.attempts.filter((attempt) => attempt.endedAtMs !== undefined && told?.has(attempt) !== true)
  const { winner, meter, annotations } = call
  // An answer that broke off is not what the caller paid for: its cost counts as wasted.
  const won = winner?.outcome === 'success' && attempts.includes(winner) ? winner : undefined
  const isFollowUp = told !== undefined
  // In its own words, or as it was called where the answer was stored or shared.
  const answeringModel = isFollowUp ? undefined : meter.model
  return {
    id: isFollowUp ? call.id.slice(0, maxIdLength - sharedSuffix.length) + sharedSuffix : call.id,
    operation: call.operation,
    principal: call.principal,
    user: call.user,
    requestedModel: call.requestedModel,
    model: won === undefined ? (annotations.cache?.model ?? answeringModel) : (answeringModel ?? won.model),
    provider: won?.provider ?? annotations.cache?.provider,
    stream: call.stream,
    outcome,
    error,
    attempts,
    winner: won === undefined ? undefined : attempts.indexOf(won),
    usage: usageOf(won, isFollowUp ? undefined : meter.usage),
    costNanoUsd: won === undefined || won.costNanoUsd === undefined ? 0 : won.costNanoUsd,
    wastedNanoUsd: wasteOf(attempts, won),
    cache: annotations.cache,
    condensation: annotations.condensation,
    guardrails: annotations.guardrails && [...annotations.guardrails],
    route: toRoute(annotations.route),
    dropped: call.dropped.size === 0 ? [] : [...call.dropped],
    changed: call.changed && [...call.changed],
    tags: call.tags,
    startedAtMs: call.startedAtMs,
    firstContentAtMs: meter.firstContentAtMs,
    endedAtMs,
    traceId: call.traceId,
  }
}
