import type { AnyAnswer, Call, Filter, Handler, Operation, StreamAnswer } from '@proxyapi/core'
import { guardAnswer } from './guard-answer.ts'
import { guardRequest } from './guard-request.ts'
import { guardStream } from './guard-stream.ts'
import type { Guardrail } from './guardrail.ts'
import type { GuardedCall } from './judge.ts'
import { createPlaceholders } from './placeholders.ts'
import { inScope } from './scope.ts'

/** What the gateway asks by itself on behalf of a guardrail: nobody judges it again. */
export interface OwnRequests {
  readonly has: (request: object) => boolean
}

/** What is counted leaves nobody's hands. */
const unguarded: ReadonlySet<string> = new Set(['count_tokens'])

function isStream(answer: AnyAnswer): answer is StreamAnswer {
  return answer.type === 'stream'
}

async function guard<Request, Answer extends AnyAnswer>(
  { guarded, guardrails }: { readonly guarded: GuardedCall; readonly guardrails: readonly Guardrail[] },
  request: Request,
  next: Handler<Request, Answer>,
): Promise<Answer> {
  const atInput = guardrails.filter(({ stages }) => stages.includes('input'))
  const atOutput = guardrails.filter(({ stages }) => stages.includes('output'))
  const judged = atInput.length === 0 ? request : await guardRequest(guarded, atInput, request)
  const answer = await next(judged, guarded.call)
  if (atOutput.length === 0 && guarded.placeholders.isEmpty()) return answer
  if (isStream(answer)) return { ...answer, dialect: undefined, batches: guardStream(guarded, atOutput, answer.batches) }
  return guardAnswer(guarded, atOutput, answer as Extract<Answer, { readonly type: 'whole' }>) // an answer is whole or a stream
}

/**
 * Judges what goes in and what comes out, for every operation. It stands before the cache and condensation: a cached answer passes the same
 * guardrails as a new one, and what is cached holds placeholders in the place of what was hidden.
 */
export function createGuardrailFilter(guardrails: readonly Guardrail[], own: OwnRequests): Filter {
  return <Request, Answer extends AnyAnswer>(next: Handler<Request, Answer>, operation: Operation<Request, Answer>) => {
    if (unguarded.has(operation.name)) return next
    return (request: Request, call: Call) => {
      const inForce = inScope(guardrails, call)
      if (inForce.length === 0 || own.has(request as object)) return next(request, call)
      const { name } = operation
      const guarded: GuardedCall = { call, operation: name, model: operation.modelOf(request), placeholders: createPlaceholders() }
      return guard({ guarded, guardrails: inForce }, request, next)
    }
  }
}
