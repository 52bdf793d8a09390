import type { FetchAnswer, FetchedAnswer } from '@proxyapi/context'
import type { AnyAnswer, Call, CallOptions, StreamAnswer } from '@proxyapi/core'
import { type CallDeps, openCall, type SharedWork, watchBatches } from '@proxyapi/core/serving'
import type { AnswerKinds } from './cached-answer.ts'
import { originOf } from './cached-answer.ts'
import type { CachedOperation } from './cached-operations.ts'

function toFetched<Request, Answer extends AnyAnswer>(
  answer: AnyAnswer,
  { winner }: Call,
  { operation }: CachedOperation<Request, Answer>,
): FetchedAnswer<AnswerKinds> {
  return {
    answer: answer.type === 'stream' ? { ...answer, winner } : { ...answer, origin: originOf(winner) },
    facts: (whole) => {
      const { origin } = whole
      const complete = whole as AnyAnswer as Answer // what this operation answered, in one piece
      return {
        finishReasons: operation.finishReasonsOf?.(complete),
        costNanoUsd: origin.costNanoUsd === undefined ? 0 : origin.costNanoUsd,
        model: origin.model ?? operation.answeringModelOf(complete) ?? '',
        provider: origin.provider,
      }
    },
  }
}

/** Ends shared work together with the stream that it reads. */
function endWith(answer: StreamAnswer, work: SharedWork): StreamAnswer {
  const batches = watchBatches(answer.batches, {
    onEnd: () => work.finish(),
    onError: (error) => {
      work.finish(error)
      return error
    },
    onLeave: work.cancel,
  })
  return { ...answer, batches }
}

/**
 * Fetches an answer for a client, under the client's own call. Where the client leaves while others wait, the call goes on
 * for them and the rest of its work has a receipt of its own.
 */
export function fetchForClient<Request, Answer extends AnyAnswer>(
  call: Call,
  request: Request,
  cached: CachedOperation<Request, Answer>,
): FetchAnswer<AnswerKinds> {
  return async (abort) => {
    let isWanted = true
    const work = call.share(() => isWanted)
    abort.onAbort(() => {
      isWanted = false
      work.cancel()
    })
    try {
      const answer: AnyAnswer = await cached.next(request, call)
      if (answer.type === 'stream') return toFetched(endWith(answer, work), call, cached)
      work.finish()
      return toFetched(answer, call, cached)
    } catch (error) {
      work.finish(error)
      throw error
    }
  }
}

/** Fetches an answer without a client: to warm the cache, and to refresh what is stale. */
export function fetchInBackground(
  cached: CachedOperation<object, AnyAnswer>,
  request: object,
  { options, ...deps }: CallDeps & { readonly options: Pick<CallOptions, 'overrides' | 'onSettled'> },
): FetchAnswer<AnswerKinds> {
  return async (abort) => {
    const callOptions: CallOptions = { ...options, tags: ['cache-refresh'], signal: abort.signal() }
    const opened = openCall(cached.operation, request, { ...deps, options: callOptions })
    return toFetched(await opened.run(cached.next), opened.call, cached)
  }
}
