import type { AttemptScope } from '../call/attempt.ts'
import type { Call } from '../call/call.ts'
import { meterBatch } from '../call/meter-batch.ts'
import type { Awaitable, Handler, Operation, TargetHandler } from '../call/operation.ts'
import type { AnyAnswer, StreamAnswer } from '../chat/answer.ts'
import { watchBatches } from '../chat/watch-batches.ts'
import { ProxyApiError } from '../errors/proxy-api-error.ts'
import { bufferStream } from '../stream/buffer-stream.ts'
import { isOrdinary } from './believe-usage.ts'
import { continueAnswer } from './continue-answer.ts'
import { executeRoute } from './execute-route.ts'
import { meterAttempt } from './meter-attempt.ts'
import { createPlan, type RoutePlan, type Tier } from './plan.ts'
import { queueTargets } from './queue-targets.ts'
import type { PlannedAttempt, RouteExecution } from './route-execution.ts'
import { createRoutedRequest, type RoutedRequest } from './routed-request.ts'
import type { RouterContext } from './router-context.ts'
import { startAttempt } from './start-attempt.ts'
import type { Target } from './target.ts'

/** One operation's targets and their handlers, as one router knows them. */
interface OperationRouter<Request, Answer extends AnyAnswer> {
  readonly operation: Operation<Request, Answer>
  readonly context: RouterContext
  /** `undefined` where the target's provider does not offer the operation. */
  readonly handlerOf: (target: Target) => TargetHandler<Request, Answer> | undefined
}

interface OperationExecution<Request, Answer extends AnyAnswer> extends RouteExecution<Answer> {
  readonly router: OperationRouter<Request, Answer>
  readonly request: Request
  readonly routed: RoutedRequest
}

/** An attempt at a stream ends when the stream does; its record notes what passes. */
function follow(answer: StreamAnswer, attempt: AttemptScope): StreamAnswer {
  const batches = watchBatches(answer.batches, {
    onBatch: (batch) => meterBatch(batch, attempt.record),
    onEnd: () => attempt.end(),
    onError: (error) => {
      attempt.end(error)
      return error
    },
    onLeave: () => attempt.end(readerLeft),
  })
  return { ...answer, batches }
}

/** Characters are counted only where usage may have to be estimated from them. */
function noteUsage<Request, Answer extends AnyAnswer>(
  answer: Answer,
  { record }: AttemptScope,
  operation: Operation<Request, Answer>,
): void {
  record.usage = operation.usageOf(answer)
  if (record.usage === undefined || !isOrdinary(record.usage.outputTokens))
    record.producedCharacters = operation.producedCharactersOf?.(answer)
}

/** Creating an Error captures a stack trace, so there is one for all. */
const readerLeft = new ProxyApiError({ code: 'client_closed_request', message: 'The reader has left.' })

/** Asks the next target that accepts a partial answer to continue it. */
async function askToContinue<Request, Answer extends AnyAnswer>(
  execution: OperationExecution<Request, Answer>,
  failed: Target,
  partial: string,
): Promise<{ readonly answer: StreamAnswer; readonly asked: boolean } | undefined> {
  const { queue, call, context, request, router } = execution
  const { continuation } = router.operation
  if (continuation === undefined || call.attempts.length >= context.options.retry.maxAttempts) return undefined
  let target = queue.next({ target: failed, failure: 'connection' })
  while (target !== undefined && target.provider.prefill(target.model) === 'refused') target = queue.next({ target, failure: 'connection' })
  if (target === undefined) return undefined
  const prefill = target.provider.prefill(target.model) === 'native' ? 'native' : 'asked'
  const planned: PlannedAttempt = { target, reason: 'continuation', attemptNumber: 1 }
  const started = startAttempt(planned, toExecution(continuation.toRequest(request, partial, prefill), execution))
  const answer: AnyAnswer = await started.answer
  started.win()
  return answer.type === 'stream' ? { answer, asked: prefill === 'asked' } : undefined
}

function recover<Request, Answer extends AnyAnswer>(
  followed: StreamAnswer,
  execution: OperationExecution<Request, Answer>,
  { attempt, target }: { readonly attempt: AttemptScope; readonly target: Target },
): Awaitable<StreamAnswer> {
  if (attempt.record.reason === 'continuation') return followed
  switch (target.limits.recovery) {
    case 'off':
      return followed
    case 'buffer':
      return bufferStream(followed.batches).then((batches) => ({ ...followed, batches }))
    case 'continue':
      if (execution.router.operation.continuation?.isPossible(execution.request) !== true) return followed
      return continueAnswer(followed, {
        next: (partial) => askToContinue(execution, target, partial),
        consumed: () => attempt.record.usage,
      })
  }
}

function toExecution<Request, Answer extends AnyAnswer>(
  request: Request,
  of: Pick<OperationExecution<Request, Answer>, 'router' | 'context' | 'call' | 'queue' | 'routed'>,
): OperationExecution<Request, Answer> {
  const { router, context, call, queue, routed } = of
  const { operation } = router
  const stream = operation.isStream(request)
  const execution: OperationExecution<Request, Answer> = {
    router,
    request,
    routed,
    context,
    call,
    queue,
    kind: stream ? 'stream' : 'plain',
    hedged: !stream || context.options.hedge.streams,
    send: (target, attempt) => {
      const handler = router.handlerOf(target)
      if (handler === undefined) throw notOffered(operation.name, `"${target.provider.name}"`)
      return handler(request, call, attempt)
    },
    accept: (answer, attempt, target) => {
      if (answer.type === 'stream') return recover(follow(answer, attempt), execution, { attempt, target }) as Awaitable<Answer> // still the answer
      noteUsage(answer, attempt, operation)
      attempt.end()
      return answer
    },
    recordUsage: (attempt, target) => meterAttempt(attempt, target, { request: routed, catalog: context.catalog }),
  }
  return execution
}

function notOffered(operation: string, provider: string): ProxyApiError {
  return new ProxyApiError({
    code: 'unsupported_operation',
    message: `The provider ${provider} does not offer ${operation}.`,
    param: 'model',
  })
}

function offering(tiers: readonly Tier[], offers: (target: Target) => boolean): readonly Tier[] {
  if (tiers.every(({ targets }) => targets.every(offers))) return tiers
  return tiers.map((tier) => ({ ...tier, targets: tier.targets.filter(offers) })).filter(({ targets }) => targets.length > 0)
}

/** The part of a plan whose targets offer the operation. @throws ProxyApiError `unsupported_operation` when none does */
function planFor<Request, Answer extends AnyAnswer>(plan: RoutePlan, model: string, router: OperationRouter<Request, Answer>): RoutePlan {
  const offers = (target: Target): boolean => router.handlerOf(target) !== undefined
  const tiers = offering(plan.tiers, offers)
  if (tiers.length === 0) throw notOffered(router.operation.name, `of "${model}"`)
  const { general, context_length, content_policy, rate_limit, budget } = plan.fallbacks
  return createPlan(tiers, {
    general: offering(general, offers),
    context_length: offering(context_length, offers),
    content_policy: offering(content_policy, offers),
    rate_limit: offering(rate_limit, offers),
    budget: offering(budget, offers),
  })
}

function createOperationRouter<Request, Answer extends AnyAnswer>(
  operation: Operation<Request, Answer>,
  context: RouterContext,
): OperationRouter<Request, Answer> {
  const handlers = new WeakMap<Target, { readonly handler: TargetHandler<Request, Answer> | undefined }>()
  const create = (target: Target): TargetHandler<Request, Answer> | undefined => {
    const served = target.provider.serve(operation, target.model)
    if (served === undefined) return undefined
    return context.targetFilters.reduceRight((next, filter) => filter(next, { target, operation, catalog: context.catalog }), served)
  }
  return {
    operation,
    context,
    // Created once: the plan that holds the target outlives many requests.
    handlerOf: (target) => {
      const known = handlers.get(target)
      if (known !== undefined) return known.handler
      const handler = create(target)
      handlers.set(target, { handler })
      return handler
    },
  }
}

/** A handler of one operation over many targets: strategies, retries, fallbacks, hedges and recovery. */
export function createRouter<Request, Answer extends AnyAnswer>(
  operation: Operation<Request, Answer>,
  context: RouterContext,
): Handler<Request, Answer> {
  const router = createOperationRouter(operation, context)
  const plans = new WeakMap<RoutePlan, RoutePlan>()
  const run = (plan: RoutePlan, request: Request, call: Call): Promise<Answer> => {
    let own = plans.get(plan)
    if (own === undefined) {
      own = planFor(plan, operation.modelOf(request), router)
      plans.set(plan, own)
    }
    const routed = createRoutedRequest(operation, request, context.countTokens)
    const queue = queueTargets(own, routed, context)
    if (own.only === undefined) call.annotations.route = queue
    return executeRoute(toExecution(request, { router, context, call, routed, queue }))
  }
  return (request, call) => {
    const plan = context.resolver.plan(operation.modelOf(request), call.overrides)
    return plan instanceof Promise ? plan.then((found) => run(found, request, call)) : run(plan, request, call)
  }
}
