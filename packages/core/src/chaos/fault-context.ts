import type { AttemptScope } from '../call/attempt.ts'
import type { AnyAnswer } from '../chat/answer.ts'
import type { Deps } from '../deps.ts'
import { ProviderError } from '../errors/provider-error.ts'
import { timeoutError } from '../providers/provider-failure.ts'
import type { Target } from '../routing/target.ts'

/** One attempt that a fault is injected into. */
export interface FaultContext<Answer extends AnyAnswer = AnyAnswer> {
  readonly target: Target
  readonly attempt: AttemptScope
  readonly isStream: boolean
  readonly deps: Deps
  /** Calls back when the fault is revoked, or at once when it already is. Returns a function that removes the listener. */
  readonly onRevoked: (callback: () => void) => () => void
  /** Makes the attempt without the fault. */
  readonly proceed: () => Promise<Answer>
}

/** Marks the message of every injected error. */
export const injectedPrefix = 'Injected by a chaos experiment'

function limitOf({ attempt: { timeouts }, isStream }: FaultContext): number {
  return isStream ? timeouts.firstTokenMs : timeouts.plainMs
}

/** Waits. True when the fault was revoked meanwhile. @throws the reason why the attempt was aborted */
async function wait(ms: number, { deps, attempt: { abort }, onRevoked }: FaultContext): Promise<boolean> {
  const waiting = new AbortController()
  let revoked = false
  const removeAbort = abort.onAbort((reason) => waiting.abort(reason))
  const removeRevoked = onRevoked(() => {
    revoked = true
    waiting.abort()
  })
  try {
    await deps.sleep(ms, waiting.signal)
  } catch (error) {
    if (!revoked) throw error
    abort.throwIfAborted()
  } finally {
    removeAbort()
    removeRevoked()
  }
  return revoked
}

/** Delays the attempt, at most by its own time limit, which then ends it. @throws ProviderError `timeout` at the limit */
export async function delay(context: FaultContext, ms: number): Promise<void> {
  const limit = limitOf(context)
  const revoked = await wait(Math.min(ms, limit), context)
  if (!revoked && ms >= limit)
    throw timeoutError(context.target.provider.name, { name: context.isStream ? 'first_token' : 'plain', ms: limit })
}

/** Stops a stream until the attempt's idle limit. @throws ProviderError `timeout` at the limit */
export async function stall(context: FaultContext): Promise<void> {
  const { target, attempt } = context
  const { idleMs } = attempt.timeouts
  const revoked = await wait(idleMs, context)
  if (!revoked) throw timeoutError(target.provider.name, { name: 'idle', ms: idleMs })
}

export function injectedError({ target }: FaultContext, failure: 'connection' | 'invalid_response', what: string): ProviderError {
  return new ProviderError({ failure, provider: target.provider.name, message: `${injectedPrefix}: ${what}.` })
}
