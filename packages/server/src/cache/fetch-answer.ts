import type { FetchAnswer, FetchedAnswer } from '@proxyapi/context'
import { type Call, type CallOptions, type ChatAnswer, type ChatHandler, type ChatRequest, chat } from '@proxyapi/core'
import { type CallDeps, openCall, type SharedWork, watchBatches } from '@proxyapi/core/serving'
import type { ChatKinds } from './cached-answer.ts'
import { originOf } from './cached-answer.ts'

function toFetched(answer: ChatAnswer, { winner }: Call): FetchedAnswer<ChatKinds> {
  return {
    answer: answer.type === 'stream' ? { ...answer, winner } : { ...answer, origin: originOf(winner) },
    facts: ({ response, origin }) => ({
      finishReasons: response.choices.map(({ finish }) => finish.reason),
      costNanoUsd: origin.costNanoUsd === undefined ? 0 : origin.costNanoUsd,
      model: origin.model ?? response.model,
      provider: origin.provider,
    }),
  }
}

/** Ends shared work together with the stream that it reads. */
function endWith(answer: Extract<ChatAnswer, { type: 'stream' }>, work: SharedWork): ChatAnswer {
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
export function fetchForClient(call: Call, request: ChatRequest, next: ChatHandler): FetchAnswer<ChatKinds> {
  return async (abort) => {
    let isWanted = true
    const work = call.share(() => isWanted)
    abort.onAbort(() => {
      isWanted = false
      work.cancel()
    })
    try {
      const answer = await next(request, call)
      if (answer.type === 'stream') return toFetched(endWith(answer, work), call)
      work.finish()
      return toFetched(answer, call)
    } catch (error) {
      work.finish(error)
      throw error
    }
  }
}

/** Fetches an answer without a client: to warm the cache, and to refresh what is stale. */
export function fetchInBackground(
  request: ChatRequest,
  options: Pick<CallOptions, 'overrides' | 'onSettled'>,
  { next, ...deps }: CallDeps & { readonly next: ChatHandler },
): FetchAnswer<ChatKinds> {
  return async (abort) => {
    const opened = openCall(chat, request, { ...deps, options: { ...options, tags: ['cache-refresh'], signal: abort.signal() } })
    return toFetched(await opened.run(next), opened.call)
  }
}
