import type { Call } from '../call/call.ts'
import type { ChatAnswer } from '../chat/answer.ts'
import type { Deps } from '../deps.ts'
import { ProviderError } from '../errors/provider-error.ts'
import type { AttemptTimeouts } from '../providers/attempt-timeouts.ts'
import { silence } from '../providers/provider-failure.ts'
import type { Target } from '../routing/target.ts'

/** One attempt that a fault is injected into. */
export interface FaultContext {
  readonly target: Target
  readonly call: Call
  readonly isStream: boolean
  readonly deps: Deps
  /** Calls back when the fault is revoked, or at once when it already is. Returns a function that removes the listener. */
  readonly onRevoked: (callback: () => void) => () => void
  /** Makes the attempt without the fault. */
  readonly proceed: () => Promise<ChatAnswer>
}

/** Marks the message of every injected error. */
export const injectedPrefix = 'Injected by a chaos experiment'

function limitOf({ target, call, isStream }: FaultContext): number {
  const limits: AttemptTimeouts = { ...target.provider.timeouts, ...call.limits }
  return isStream ? limits.firstTokenMs : limits.plainMs
}

/** Waits. True when the fault was revoked meanwhile. @throws the reason why the attempt was aborted */
async function wait(ms: number, { deps, call, onRevoked }: FaultContext): Promise<boolean> {
  const waiting = new AbortController()
  let revoked = false
  const removeAbort = call.onAbort((reason) => waiting.abort(reason))
  const removeRevoked = onRevoked(() => {
    revoked = true
    waiting.abort()
  })
  try {
    await deps.sleep(ms, waiting.signal)
  } catch (error) {
    if (!revoked) throw error
    call.throwIfAborted()
  } finally {
    removeAbort()
    removeRevoked()
  }
  return revoked
}

/** Delays the attempt, at most by its own time limit, which then ends it. @throws ProviderError `silence` at the limit */
export async function delay(context: FaultContext, ms: number): Promise<void> {
  const limit = limitOf(context)
  const revoked = await wait(Math.min(ms, limit), context)
  if (!revoked && ms >= limit) throw silence(context.target.provider.name, 'no answer')
}

/** Stops a stream until the attempt's idle limit. @throws ProviderError `silence` at the limit */
export async function stall(context: FaultContext): Promise<void> {
  const { target, call } = context
  const revoked = await wait({ ...target.provider.timeouts, ...call.limits }.idleMs, context)
  if (!revoked) throw silence(target.provider.name, 'no event')
}

export function injectedError({ target }: FaultContext, failure: 'connection' | 'bad_answer', what: string): ProviderError {
  return new ProviderError({ failure, provider: target.provider.name, message: `${injectedPrefix}: ${what}.` })
}
