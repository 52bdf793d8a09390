import type { ChatAnswer } from '../chat/answer.ts'
import { classifyFailure } from '../errors/classify-failure.ts'
import { ProviderError } from '../errors/provider-error.ts'
import { durationOf, type Fault } from './fault.ts'
import { strikeStream } from './strike-stream.ts'
import { broken, holdUp, injectedWords, type Victim } from './victim.ts'

function refuse({ target }: Victim, status: number, retryAfterMs?: number): ProviderError {
  const message = `${injectedWords}: status ${status}.`
  return new ProviderError({ failure: classifyFailure(status, { message }), provider: target.provider.name, status, message, retryAfterMs })
}

/** Does to an attempt what a fault says. @throws ProviderError, as the real fault would */
export async function strike(fault: Fault, victim: Victim): Promise<ChatAnswer> {
  switch (fault.type) {
    case 'delay':
    case 'slow_first_token':
      await holdUp(victim, durationOf(fault))
      return victim.proceed()
    case 'error':
      throw refuse(victim, fault.errorCode ?? 503)
    case 'rate_limit':
      throw refuse(victim, 429, fault.durationMs)
    case 'timeout':
      await holdUp(victim, Number.POSITIVE_INFINITY)
      return victim.proceed()
    case 'network_failure':
      throw broken(victim, 'connection', 'the connection broke')
    case 'cut':
    case 'stall':
    case 'malformed':
    case 'missing_end':
      return strikeStream(fault, victim)
  }
}
