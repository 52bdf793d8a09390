import type { AnyAnswer, ChunkBatch, StreamAnswer } from '../chat/answer.ts'
import { watchBatches } from '../chat/watch-batches.ts'
import type { Deps } from '../deps.ts'
import type { ProxyApiError } from '../errors/proxy-api-error.ts'
import { meterAnswer } from './answer-meter.ts'
import type { Call } from './call.ts'
import type { CallOptions } from './call-options.ts'
import { CallState } from './call-state.ts'
import { type DeadlineOf, defaultDeadlineOf } from './deadlines.ts'
import type { Awaitable, Handler, Operation } from './operation.ts'
import type { ReceiptQueue } from './receipt-queue.ts'

/** What calls of one engine share. */
export interface CallDeps {
  readonly deps: Deps
  readonly receipts: ReceiptQueue
  /** By a model's name as callers write it; `undefined` is `defaultDeadlines` for all. */
  readonly deadlineOf?: DeadlineOf | undefined
}

/** A call that is run once and can be canceled at any time. */
export interface OpenCall<Request = unknown, Answer extends AnyAnswer = AnyAnswer> {
  readonly call: Call
  /** Runs a handler under the call. A stream keeps the call open until it has been read or left. @throws ProxyApiError */
  readonly run: (handler: Handler<Request, Answer>) => Promise<Answer>
  /** The caller has left: closes the upstream call and settles. Does nothing when the call has ended. */
  readonly cancel: () => void
  /** Ends the call with an error of ours (shutting down), which its consumer sees. */
  readonly stop: (error: ProxyApiError) => void
}

/** A stream that ends with its call: what was decoded before and is read after comes too late, because the receipt is made. */
class CallBatches implements AsyncIterable<ChunkBatch> {
  constructor(batches: AsyncIterable<ChunkBatch>, call: CallState) {
    this.batches = batches
    this.call = call
  }
  private readonly batches: AsyncIterable<ChunkBatch>
  private readonly call: CallState;

  [Symbol.asyncIterator](): AsyncIterator<ChunkBatch> {
    const iterator = this.batches[Symbol.asyncIterator]()
    const { call } = this
    const stop = async (): Promise<IteratorResult<ChunkBatch>> => {
      await iterator.return?.()
      call.abort.throwIfAborted()
      return { done: true, value: undefined }
    }
    return {
      next: () => (call.abort.aborted ? stop() : iterator.next()),
      return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
    }
  }
}

function meterStream(answer: StreamAnswer, call: CallState): StreamAnswer {
  const batches = watchBatches(new CallBatches(answer.batches, call), {
    onBatch: (batch) => meterAnswer(batch, call.meter, call.now),
    onEnd: () => {
      // The deadline may have passed while the stream waited for usage after its finish: the receipt says so, and so must this.
      call.abort.throwIfAborted()
      call.settle('complete')
    },
    onError: (error) => call.fail(error),
    onLeave: () => call.cancel(),
  })
  return { ...answer, batches }
}

async function runHandler<Request, Answer extends AnyAnswer>(
  call: CallState,
  { operation, request }: { readonly operation: Operation<Request, Answer>; readonly request: Request },
  handler: Handler<Request, Answer>,
): Promise<Answer> {
  try {
    call.abort.throwIfAborted()
    const running: Awaitable<Answer> = handler(request, call)
    const answer = running instanceof Promise ? await running : running
    if (answer.type === 'stream') return meterStream(answer, call) as Answer // the same answer, watched
    call.meter.model = operation.answeringModelOf(answer)
    call.meter.usage = operation.usageOf(answer)
    call.meter.firstContentAtMs = call.now()
    // A call that ended meanwhile has told its caller why.
    call.abort.throwIfAborted()
    call.settle('complete')
    return answer
  } catch (error) {
    throw call.fail(error)
  }
}

/**
 * Opens a call for one request: its deadline runs from now. Whatever happens (answer, failure, deadline, caller gone), it
 * settles once: attempts end, the receipt is made, holds are released with it, and it is handed out after the answer.
 */
export function openCall<Request, Answer extends AnyAnswer>(
  operation: Operation<Request, Answer>,
  request: Request,
  { options, deps, receipts, deadlineOf = defaultDeadlineOf }: CallDeps & { readonly options: CallOptions },
): OpenCall<Request, Answer> {
  const stream = operation.isStream(request)
  const requestedModel = operation.modelOf(request)
  const deadlineMs = deadlineOf(requestedModel, stream ? 'stream' : 'plain')
  const call = new CallState(
    {
      operation: options.operation ?? operation.name,
      requestedModel,
      user: options.user ?? operation.userOf(request),
      stream,
      timeoutMs: Math.min(deadlineMs, options.timeoutMs ?? deadlineMs),
      sharedTimeoutMs: deadlineMs,
      options,
    },
    deps,
    receipts,
  )
  if (options.signal !== undefined) {
    const { signal } = options
    const cancel = (): void => call.cancel()
    if (signal.aborted) cancel()
    signal.addEventListener('abort', cancel, { once: true })
    call.hold(() => signal.removeEventListener('abort', cancel))
  }
  return {
    call,
    cancel: () => call.cancel(),
    // Settles by itself, as a deadline does: a consumer who has stopped reading would hold a closing server up.
    stop: (error) => call.stop(error),
    run: (handler) => runHandler(call, { operation, request }, handler),
  }
}
