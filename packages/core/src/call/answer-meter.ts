import type { ChatAnswer, ChunkBatch } from '../chat/answer.ts'
import type { ChatRequest } from '../chat/request.ts'
import type { Usage } from '../chat/usage.ts'
import type { Deps } from '../deps.ts'
import { type Call, winnerOf } from './call.ts'
import type { Receipt } from './receipt.ts'

/** What passes by of an answer and belongs on the receipt. */
export interface Observation {
  model?: string | undefined
  usage?: Usage | undefined
  firstContentAtMs?: number | undefined
}

export function observeBatch(batch: ChunkBatch, observation: Observation, deps: Deps): void {
  for (const chunk of batch.chunks) {
    if (chunk.type === 'usage') observation.usage = chunk.usage
    else if (chunk.type === 'start') {
      observation.model = chunk.model
      observation.usage ??= chunk.usage
    } else observation.firstContentAtMs ??= deps.now()
  }
}

export function observeWhole(answer: Extract<ChatAnswer, { type: 'whole' }>, observation: Observation, deps: Deps): void {
  observation.model = answer.response.model
  observation.usage = answer.response.usage
  observation.firstContentAtMs = deps.now()
}

export function toReceipt(
  call: Call,
  request: ChatRequest,
  ended: { readonly observation: Observation } & Pick<Receipt, 'outcome' | 'error' | 'endedAtMs'>,
): Receipt {
  const { observation, ...end } = ended
  const winner = winnerOf(call)
  return {
    id: call.id,
    principal: call.principal,
    user: call.user,
    requestedModel: request.model,
    model: observation.model ?? winner?.model ?? call.marks.cache?.model,
    provider: winner?.provider ?? call.marks.cache?.provider,
    stream: request.stream === true,
    // What still runs runs for others, and is told of when it ends.
    attempts: call.attempts.filter(({ endedAtMs }) => endedAtMs !== undefined),
    usage: observation.usage,
    costNanoUsd: winner?.costNanoUsd === undefined ? 0 : winner.costNanoUsd,
    wastedNanoUsd: call.attempts.reduce((sum, attempt) => sum + (attempt === winner ? 0 : (attempt.costNanoUsd ?? 0)), 0),
    cache: call.marks.cache,
    condensation: call.marks.condensation,
    dropped: [...call.dropped],
    tags: call.tags,
    startedAtMs: call.startedAtMs,
    firstContentAtMs: observation.firstContentAtMs,
    ...end,
  }
}
