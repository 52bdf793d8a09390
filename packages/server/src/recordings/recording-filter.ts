import type { AnyAnswer, Call, Filter, Handler, Operation, Receipt } from '@proxyapi/core'
import type { Awaitable } from '@proxyapi/core/serving'
import { type CapturedAnswer, captureAnswer } from './capture-answer.ts'
import { type ClientRequest, toClientRequest } from './client-request.ts'

/** A call that is being recorded, as it stands at its end. */
export interface CapturedCall {
  readonly call: Call
  readonly receipt: Receipt
  readonly request: ClientRequest | undefined
  readonly readAnswer: () => unknown
}

export interface FilterOptions {
  readonly isWanted: (call: Call) => boolean
  /** Called in a task of its own, after the answer. */
  readonly onCaptured: (captured: CapturedCall) => void
  readonly defer: (callback: () => void) => void
}

/** Looks on at the calls that are to be recorded. Stands before all other filters: what a client wrote is recorded, and what it got. */
export function createRecordingFilter({ isWanted, onCaptured, defer }: FilterOptions): Filter {
  return <Request, Answer extends AnyAnswer>(next: Handler<Request, Answer>, operation: Operation<Request, Answer>) => {
    const capture = (request: Request, call: Call): Awaitable<Answer> => {
      // Taken now: filters further in make requests of their own.
      const asked = toClientRequest(operation.name, request as object) // requests are objects
      let captured: CapturedAnswer<Answer> | undefined
      call.hold((receipt) => defer(() => onCaptured({ call, receipt, request: asked, readAnswer: () => captured?.read() })))
      const onAnswer = (answer: Answer): Answer => {
        captured = captureAnswer(answer, call.id)
        return captured.answer
      }
      const answer = next(request, call)
      return answer instanceof Promise ? answer.then(onAnswer) : onAnswer(answer)
    }
    return (request: Request, call: Call) => (isWanted(call) ? capture(request, call) : next(request, call))
  }
}
