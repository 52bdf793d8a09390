import type { AttemptScope } from '../call/attempt-scope.ts'
import { supersededError } from '../call/attempt-scope.ts'
import type { Call } from '../call/call.ts'
import type { ChatAnswer, StreamAnswer } from '../chat/answer.ts'
import type { ChatRequest } from '../chat/request.ts'
import type { ChatHandler } from '../call/operation.ts'
import { bufferStream } from '../stream/buffer-stream.ts'
import { meterBatch } from '../call/meter-batch.ts'
import { watchBatches } from '../stream/watch-batches.ts'
import { meterAttempt } from './meter-attempt.ts'
import { continueAnswer, toContinuation } from './continue-answer.ts'
import type { RouteExecution, PlannedAttempt } from './route-execution.ts'
import { queueTargets } from './queue-targets.ts'
import type { RouterContext } from './router-context.ts'
import { executeRoute } from './execute-route.ts'
import { startAttempt } from './start-attempt.ts'
import type { Target } from './target.ts'

/** One chat request under way. */
interface ChatExecution extends RouteExecution<ChatAnswer> {
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
    onLeave: () => scope.end(supersededError('The reader has left.')),
  })
  return { ...answer, batches }
}

function isStreamAnswer(answer: ChatAnswer): answer is StreamAnswer {
  return answer.type === 'stream'
}

/** The next target that takes a partial answer, asked to go on from it. */
async function goOn(
  execution: ChatExecution,
  failed: Target,
  partial: string,
): Promise<{ readonly answer: StreamAnswer; readonly asked: boolean } | undefined> {
  const { queue, call, world } = execution
  if (call.attempts.length >= world.options.retry.maxAttempts) return undefined
  let target = queue.next({ target: failed, failure: 'connection' })
  while (target !== undefined && target.provider.prefill(target.model) === 'refused')
    target = queue.next({ target, failure: 'connection' })
  if (target === undefined) return undefined
  const prefill = target.provider.prefill(target.model)
  const request = toContinuation(execution.request, partial, prefill)
  const step: PlannedAttempt = { target, reason: 'continuation', attemptNumber: 1 }
  const answer = await startAttempt(step, toExecution(request, execution)).answer
  return isStreamAnswer(answer) ? { answer, asked: prefill === 'asked' } : undefined
}

async function accept(
  answer: ChatAnswer,
  scope: AttemptScope,
  at: { readonly target: Target; readonly execution: ChatExecution },
): Promise<ChatAnswer> {
  if (answer.type === 'whole') {
    scope.attempt.usage = answer.response.usage
    scope.end()
    return answer
  }
  const { target, execution } = at
  const followed = follow(answer, scope)
  if (scope.attempt.reason === 'continuation') return followed
  switch (target.provider.recovery) {
    case 'off':
      return followed
    case 'buffer':
      return { ...followed, batches: await bufferStream(followed.batches) }
    case 'continue':
      return continueAnswer(followed, {
        request: execution.request,
        target,
        goOn: (partial) => goOn(execution, target, partial),
        consumed: () => scope.attempt.usage,
      })
  }
}

const handlers = new WeakMap<Target, ChatHandler>()

/** A target's handler, made once: the plan that holds the target outlives many requests. */
function handlerOf(target: Target, { targetFilter }: RouterContext): ChatHandler {
  const known = handlers.get(target)
  if (known !== undefined) return known
  const handler = target.provider.chat(target.model)
  const made = targetFilter === undefined ? handler : targetFilter(target)(handler)
  handlers.set(target, made)
  return made
}

function toExecution(request: ChatRequest, of: Pick<ChatExecution, 'world' | 'call' | 'queue'>): ChatExecution {
  const { world, call, queue } = of
  const { catalog, options } = world
  const execution: ChatExecution = {
    request,
    world,
    call,
    queue,
    kind: request.stream === true ? 'stream' : 'plain',
    hedged: request.stream !== true || options.hedge.streams,
    send: (target: Target, attemptCall: Call) => handlerOf(target, world)(request, attemptCall),
    accept: (answer, scope, target) => accept(answer, scope, { target, execution }),
    account: (attempt, target) => meterAttempt(attempt, target, { request, catalog }),
  }
  return execution
}

/** A handler over many targets: strategies, retries, fallbacks, hedges and recovery. */
export function createRouter(world: RouterContext): ChatHandler {
  return async (request, call) => {
    const plan = await world.resolver.plan(request.model, call.overrides)
    const queue = queueTargets(plan, request, world)
    return executeRoute(toExecution(request, { world, call, queue }))
  }
}
