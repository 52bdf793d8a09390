import type { Call } from '../call/call.ts'
import type { ChatAnswer } from '../chat/answer.ts'
import type { Deps } from '../deps.ts'
import { ProviderError } from '../errors/provider-error.ts'
import type { AttemptTimeouts } from '../call/attempt-timeouts.ts'
import { timeoutError } from '../providers/provider-failure.ts'
import type { Target } from '../routing/target.ts'

/** One attempt that meets a fault. */
export interface Victim {
  readonly target: Target
  readonly call: Call
  readonly isStream: boolean
  readonly deps: Deps
  /** Calls back when the fault is taken away, at once when it has been; gives the un-listening back. */
  readonly onLifted: (callback: () => void) => () => void
  /** Goes on as if nothing were. */
  readonly proceed: () => Promise<ChatAnswer>
}

export const injectedWords = 'Injected by a chaos experiment'

function limitOf({ target, call, isStream }: Victim): number {
  const limits: AttemptTimeouts = { ...target.provider.timeouts, ...call.limits }
  return isStream ? limits.firstTokenMs : limits.plainMs
}

/** Waits. True when the fault was taken away meanwhile. @throws the reason why the attempt was stopped */
async function wait(ms: number, { deps, call, onLifted }: Victim): Promise<boolean> {
  const waiting = new AbortController()
  let lifted = false
  const forgetCall = call.onAbort((reason) => waiting.abort(reason))
  const forgetLift = onLifted(() => {
    lifted = true
    waiting.abort()
  })
  try {
    await deps.sleep(ms, waiting.signal)
  } catch (error) {
    if (!lifted) throw error
    call.throwIfAborted()
  } finally {
    forgetCall()
    forgetLift()
  }
  return lifted
}

/** Waits as a slow provider would make us wait: no longer than the attempt's own limit, and then it is silence. */
export async function holdUp(victim: Victim, ms: number): Promise<void> {
  const limit = limitOf(victim)
  const lifted = await wait(Math.min(ms, limit), victim)
  if (!lifted && ms >= limit) throw timeoutError(victim.target.provider.name, { name: 'first_token', ms: limit })
}

/** Is silent in the middle of a stream until the attempt's limit for that. */
export async function stall(victim: Victim): Promise<void> {
  const { target, call } = victim
  const lifted = await wait({ ...target.provider.timeouts, ...call.limits }.idleMs, victim)
  if (!lifted) throw timeoutError(target.provider.name, { name: 'idle', ms: target.provider.timeouts.idleMs })
}

export function broken({ target }: Victim, failure: 'connection' | 'bad_answer', what: string): ProviderError {
  return new ProviderError({ failure, provider: target.provider.name, message: `${injectedWords}: ${what}.` })
}
