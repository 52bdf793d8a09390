import {
  type AnyAnswer,
  type AttemptScope,
  type ChatResponse,
  type ChunkBatch,
  type Deps,
  type Operation,
  ProviderError,
  type Target,
  type TargetFilter,
  type TargetHandler,
  toChunks,
  type Usage,
} from '@proxyapi/core'
import type { RecordedRequest, RecordedUsage } from '@proxyapi/server'
import type { Basis, PredictedOutcome, PredictOutcome } from './predict-outcome.ts'

export interface RecordedTargetsOptions {
  readonly predict: PredictOutcome
  /** The recorded request behind a call; `undefined` for one that the gateway makes by itself. */
  readonly requestOf: (callId: string) => RecordedRequest | undefined
  readonly onAttempt: (basis: Basis) => void
  readonly deps: Pick<Deps, 'sleep'>
}

function toUsage(usage: RecordedUsage | null): Usage | undefined {
  if (usage === null) return undefined
  const { input: inputTokens, output: outputTokens } = usage
  return {
    ...{ inputTokens, outputTokens, totalTokens: inputTokens + outputTokens },
    cachedInputTokens: usage.cached_input,
    cacheWriteTokens: usage.cache_write,
    cacheWriteOneHourTokens: usage.cache_write_1h,
    reasoningTokens: usage.reasoning,
    searchUnits: usage.search_units,
    webSearches: usage.web_searches,
  }
}

interface RecordedBody {
  readonly choices?: readonly { readonly message?: { readonly content?: unknown }; readonly finish_reason?: unknown }[]
}

/** A recorded answer's text: of one that was not recorded, as much as its tokens say. */
function textOf(request: RecordedRequest | undefined, usage: RecordedUsage | null): string {
  const content = (request?.response as RecordedBody | null | undefined)?.choices?.[0]?.message?.content // as recordings write it, or whatever stands there
  return typeof content === 'string' && content !== '' ? content : 'word '.repeat(Math.min(usage?.output ?? 1, 10_000)).trim()
}

function toChatResponse(request: RecordedRequest | undefined, model: string, recorded: RecordedUsage | null): ChatResponse {
  const finish = { reason: 'stop', native: 'stop' } as const
  const choice = { index: 0, text: textOf(request, recorded), reasoning: [], toolCalls: [], finish }
  return { id: request?.id ?? 'replay', model, choices: [choice], usage: toUsage(recorded) }
}

/** A whole answer of an operation other than chat: what is billed, and nothing that could be read. */
function toResponse(
  operation: string,
  request: object,
  { model, usage }: { readonly model: string; readonly usage: Usage | undefined },
): object {
  if (operation === 'embeddings') return { model, vectors: (request as { readonly input: readonly unknown[] }).input.map(() => [0]), usage } // an embedding request has inputs
  return { model, results: [], usage }
}

/** A streamed answer: its first content is there, and its end comes when the recorded one did. */
async function* toBatches(response: ChatResponse, restMs: number, wait: (ms: number) => Promise<void>): AsyncGenerator<ChunkBatch> {
  const { usage, ...told } = response
  yield* toChunks(told)
  await wait(restMs)
  if (usage !== undefined) yield { chunks: [{ type: 'usage', usage }] }
}

/** The limit that ends an attempt before its answer. */
function limitOf({ timeouts }: AttemptScope, isStream: boolean): number {
  return Math.min(isStream ? timeouts.firstTokenMs : timeouts.plainMs, timeouts.totalMs)
}

function failureOf(provider: string, { failure, status }: PredictedOutcome): ProviderError | undefined {
  if (failure === undefined) return undefined
  return new ProviderError({ failure, provider, status, message: `The recording has a failure here: ${failure}.` })
}

/** Answers in the place of every provider as a recording foretells, in the time that it took: nobody is asked. */
export function createRecordedTargets({ predict, requestOf, onAttempt, deps }: RecordedTargetsOptions): TargetFilter {
  return <Request, Answer extends AnyAnswer>(
    _next: TargetHandler<Request, Answer>,
    { target, operation }: { readonly target: Target; readonly operation: Operation<Request, Answer> },
  ): TargetHandler<Request, Answer> => {
    const { provider, model } = target
    return async (request, call, attempt) => {
      const recorded = requestOf(call.id)
      const before = call.attempts.filter((one) => one.provider === provider.name && one.model === model).length - 1
      const outcome = predict(recorded, target.key, Math.max(0, before))
      onAttempt(outcome.basis)
      const isStream = operation.isStream(request)
      const wait = (ms: number): Promise<void> => deps.sleep(ms, attempt.abort.signal())
      const untilAnswerMs = isStream ? outcome.answeredMs : outcome.latencyMs
      const limitMs = limitOf(attempt, isStream)
      await wait(Math.min(untilAnswerMs, limitMs))
      if (untilAnswerMs > limitMs) {
        const message = `The recorded answer took ${untilAnswerMs} ms; allowed: ${limitMs} ms.`
        throw new ProviderError({ failure: 'timeout', provider: provider.name, message })
      }
      const failure = failureOf(provider.name, outcome)
      if (failure !== undefined) throw failure
      const { usage, latencyMs } = outcome
      // Answers of the operation that is asked for.
      if (operation.name !== 'chat')
        return {
          type: 'whole',
          response: toResponse(operation.name, request as object, { model, usage: toUsage(usage) }),
        } as unknown as Answer
      const response = toChatResponse(recorded, model, usage)
      if (!isStream) return { type: 'whole', response } as unknown as Answer
      return { type: 'stream', dialect: undefined, batches: toBatches(response, latencyMs - untilAnswerMs, wait) } as unknown as Answer
    }
  }
}
