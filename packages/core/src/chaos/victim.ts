import type { Call } from '../call/call.ts'
import type { ChatAnswer } from '../chat/answer.ts'
import type { Deps } from '../deps.ts'
import { ProviderError } from '../errors/provider-error.ts'
import type { AttemptTimeouts } from '../providers/attempt-timeouts.ts'
import { silence } from '../providers/provider-failure.ts'
import type { Target } from '../routing/target.ts'

/** One attempt that meets a fault. */
export interface Victim {
  readonly target: Target
  readonly call: Call
  readonly isStream: boolean
  readonly deps: Deps
  /** Goes on as if nothing were. */
  readonly proceed: () => Promise<ChatAnswer>
}

export const injectedWords = 'Injected by a chaos experiment'

function limitOf({ target, call, isStream }: Victim): number {
  const limits: AttemptTimeouts = { ...target.provider.timeouts, ...call.limits }
  return isStream ? limits.firstTokenMs : limits.plainMs
}

/** Waits as a slow provider would make us wait: no longer than the attempt's own limit, and then it is silence. */
export async function holdUp(victim: Victim, ms: number): Promise<void> {
  const limit = limitOf(victim)
  await victim.deps.sleep(Math.min(ms, limit), victim.call.signal)
  if (ms >= limit) throw silence(victim.target.provider.name, 'no answer')
}

export function broken({ target }: Victim, failure: 'connection' | 'bad_answer', what: string): ProviderError {
  return new ProviderError({ failure, provider: target.provider.name, message: `${injectedWords}: ${what}.` })
}
