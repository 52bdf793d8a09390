import type { AnyAnswer } from '../chat/answer.ts'
import { classifyFailure } from '../errors/classify-failure.ts'
import { ProviderError } from '../errors/provider-error.ts'
import { delay, type FaultContext, injectedError, injectedPrefix } from './fault-context.ts'
import { injectStreamFault } from './inject-stream-fault.ts'
import { durationOf, type InjectedFault } from './injected-fault.ts'

function statusError({ target }: FaultContext, status: number, retryAfterMs?: number): ProviderError {
  const message = `${injectedPrefix}: status ${status}.`
  return new ProviderError({ failure: classifyFailure(status, { message }), provider: target.provider.name, status, message, retryAfterMs })
}

/** Makes an attempt with a fault. @throws ProviderError of the kind that the real fault would cause */
export async function injectFault<Answer extends AnyAnswer>(fault: InjectedFault, context: FaultContext<Answer>): Promise<Answer> {
  switch (fault.type) {
    case 'delay':
    case 'slow_first_token':
      await delay(context, durationOf(fault))
      return context.proceed()
    case 'error':
      throw statusError(context, fault.errorCode ?? 503)
    case 'rate_limit':
      throw statusError(context, 429, fault.durationMs)
    case 'timeout':
      await delay(context, Number.POSITIVE_INFINITY)
      return context.proceed()
    case 'network_failure':
      throw injectedError(context, 'connection', 'the connection broke')
    case 'cut':
    case 'stall':
    case 'malformed':
    case 'missing_end':
      return injectStreamFault(fault, context)
  }
}
