import type { Attempt, Call } from '../call/call.ts'
import type { ChatAnswer, StreamAnswer } from '../chat/answer.ts'
import type { ChatRequest } from '../chat/request.ts'
import type { Deps } from '../deps.ts'
import { failurePolicies } from '../errors/failure.table.ts'
import { isProviderError } from '../errors/provider-error.ts'
import type { ChatHandler } from '../filter/handler.ts'
import { watchBatches } from '../stream/watch-batches.ts'
import type { ModelDirectory } from './model-directory.ts'
import type { Target } from './target.ts'

/** RESILIENCE.md section 4. */
const maxAttempts = 4

function end(attempt: Attempt, error: unknown, deps: Deps): void {
  if (attempt.endedAtMs !== undefined) return
  attempt.endedAtMs = deps.now()
  attempt.outcome = error === undefined ? 'success' : isProviderError(error) ? error.failure : 'canceled'
  attempt.upstreamStatus = isProviderError(error) ? error.upstreamStatus : undefined
}

/** An attempt at a stream ends when the stream does. */
function ending(answer: StreamAnswer, attempt: Attempt, deps: Deps): StreamAnswer {
  const batches = watchBatches(answer.batches, {
    onEnd: () => end(attempt, undefined, deps),
    onError: (error) => {
      end(attempt, error, deps)
      return error
    },
    onLeave: () => end(attempt, new Error('left'), deps),
  })
  return { ...answer, batches }
}

async function tryTarget(target: Target, asked: { readonly request: ChatRequest; readonly call: Call }, deps: Deps): Promise<ChatAnswer> {
  const { request, call } = asked
  const attempt: Attempt = {
    provider: target.provider.name,
    model: target.model,
    startedAtMs: deps.now(),
    reason: call.attempts.length === 0 ? 'first' : 'fallback',
    outcome: 'pending',
  }
  call.attempts.push(attempt)
  try {
    const answer = await target.provider.chat(target.model)(request, call)
    attempt.answeredAtMs = deps.now()
    if (answer.type === 'stream') return ending(answer, attempt, deps)
    end(attempt, undefined, deps)
    return answer
  } catch (error) {
    end(attempt, error, deps)
    throw error
  }
}

function mayGoOn(error: unknown): boolean {
  return isProviderError(error) && failurePolicies[error.failure].nextTarget === 'yes'
}

/** A handler over many: resolves the model's name to targets and tries them in order, while the failures allow it. */
export function createRouter(directory: ModelDirectory, deps: Deps): ChatHandler {
  return async (request, call) => {
    const targets = (await directory.resolve(request.model, call.overrides)).slice(0, maxAttempts)
    let failure: unknown
    for (const target of targets) {
      call.throwIfAborted()
      try {
        return await tryTarget(target, { request, call }, deps)
      } catch (error) {
        failure = error
        if (!mayGoOn(error)) break
      }
    }
    throw failure
  }
}
