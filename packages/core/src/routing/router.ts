import type { AttemptScope } from '../call/attempt-scope.ts'
import { abandoned } from '../call/attempt-scope.ts'
import type { Call } from '../call/call.ts'
import type { ChatAnswer, StreamAnswer } from '../chat/answer.ts'
import type { ChatRequest } from '../chat/request.ts'
import type { ChatHandler } from '../call/operation.ts'
import { bufferStream } from '../stream/buffer-stream.ts'
import { meterBatch } from '../call/meter-batch.ts'
import { watchBatches } from '../stream/watch-batches.ts'
import { accountAttempt } from './meter-attempt.ts'
import { continueAnswer, toContinuation } from './continue-answer.ts'
import type { Errand, Step } from './route-execution.ts'
import { planItinerary } from './queue-targets.ts'
import type { RouterWorld } from './router-context.ts'
import { runErrand } from './execute-route.ts'
import { startAttempt } from './start-attempt.ts'
import type { Target } from './target.ts'

/** One chat request under way. */
interface ChatErrand extends Errand<ChatAnswer> {
  readonly request: ChatRequest
}

/** An attempt at a stream ends when the stream does; what passes by is noted on its record. */
function follow(answer: StreamAnswer, scope: AttemptScope): StreamAnswer {
  const batches = watchBatches(answer.batches, {
    onBatch: (batch) => meterBatch(batch, scope.attempt),
    onEnd: () => scope.end(),
    onError: (error) => {
      scope.end(error)
      return error
    },
    onLeave: () => scope.end(abandoned('The reader has left.')),
  })
  return { ...answer, batches }
}

function isStreamAnswer(answer: ChatAnswer): answer is StreamAnswer {
  return answer.type === 'stream'
}

/** The next target that takes a partial answer, asked to go on from it. */
async function goOn(
  errand: ChatErrand,
  failed: Target,
  partial: string,
): Promise<{ readonly answer: StreamAnswer; readonly asked: boolean } | undefined> {
  const { itinerary, call, world } = errand
  if (call.attempts.length >= world.options.retry.maxAttempts) return undefined
  let target = itinerary.next({ target: failed, failure: 'connection' })
  while (target !== undefined && target.provider.prefill(target.model) === 'refused')
    target = itinerary.next({ target, failure: 'connection' })
  if (target === undefined) return undefined
  const prefill = target.provider.prefill(target.model)
  const request = toContinuation(errand.request, partial, prefill)
  const step: Step = { target, reason: 'continuation', round: 1 }
  const answer = await startAttempt(step, toErrand(request, errand)).answer
  return isStreamAnswer(answer) ? { answer, asked: prefill === 'asked' } : undefined
}

async function accept(
  answer: ChatAnswer,
  scope: AttemptScope,
  at: { readonly target: Target; readonly errand: ChatErrand },
): Promise<ChatAnswer> {
  if (answer.type === 'whole') {
    scope.attempt.usage = answer.response.usage
    scope.end()
    return answer
  }
  const { target, errand } = at
  const followed = follow(answer, scope)
  if (scope.attempt.reason === 'continuation') return followed
  switch (target.provider.recovery) {
    case 'off':
      return followed
    case 'buffer':
      return { ...followed, batches: await bufferStream(followed.batches) }
    case 'continue':
      return continueAnswer(followed, {
        request: errand.request,
        target,
        goOn: (partial) => goOn(errand, target, partial),
        consumed: () => scope.attempt.usage,
      })
  }
}

const handlers = new WeakMap<Target, ChatHandler>()

/** A target's handler, made once: the plan that holds the target outlives many requests. */
function handlerOf(target: Target, { targetFilter }: RouterWorld): ChatHandler {
  const known = handlers.get(target)
  if (known !== undefined) return known
  const handler = target.provider.chat(target.model)
  const made = targetFilter === undefined ? handler : targetFilter(target)(handler)
  handlers.set(target, made)
  return made
}

function toErrand(request: ChatRequest, of: Pick<ChatErrand, 'world' | 'call' | 'itinerary'>): ChatErrand {
  const { world, call, itinerary } = of
  const { knowledge, options } = world
  const errand: ChatErrand = {
    request,
    world,
    call,
    itinerary,
    kind: request.stream === true ? 'stream' : 'plain',
    hedged: request.stream !== true || options.hedge.streams,
    send: (target: Target, attemptCall: Call) => handlerOf(target, world)(request, attemptCall),
    accept: (answer, scope, target) => accept(answer, scope, { target, errand }),
    account: (attempt, target) => accountAttempt(attempt, target, { request, knowledge }),
  }
  return errand
}

/** A handler over many targets: strategies, retries, fallbacks, hedges and recovery. */
export function createRouter(world: RouterWorld): ChatHandler {
  return async (request, call) => {
    const plan = await world.directory.plan(request.model, call.overrides)
    const itinerary = planItinerary(plan, request, world)
    return runErrand(toErrand(request, { world, call, itinerary }))
  }
}
