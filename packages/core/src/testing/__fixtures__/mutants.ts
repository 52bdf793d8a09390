import type { Scenario } from '../draw-scenario.ts'
import { crowdedBudget } from './crowded-budget.ts'
import { hedgeTie } from './hedge-tie.ts'

/**
 * Deliberate defects of the engine, each one edit of one source file. A defect that the simulator does not catch is a gap in the
 * simulator. A text that its file no longer has fails the test by name.
 */
export interface Mutant {
  readonly name: string
  /** Below `src/`. */
  readonly file: string
  readonly from: string
  readonly to: string
  /** The scenario that shows it; `undefined` for random ones. */
  readonly scenario?: Scenario | undefined
}

export const mutants: readonly Mutant[] = [
  // The call and its end.
  {
    name: 'the deadline closes nothing',
    file: 'call/call-state.ts',
    from: 'this.cancelDeadline = deps.setTimer(() => this.expire(start.timeoutMs), start.timeoutMs)',
    to: 'this.cancelDeadline = () => undefined',
  },
  {
    name: 'the deadline that the caller set is forgotten',
    file: 'call/open-call.ts',
    from: 'Math.min(deadlineMs, options.timeoutMs ?? deadlineMs)',
    to: 'deadlineMs',
  },
  {
    name: 'one hold is forgotten',
    file: 'call/call-state.ts',
    from: 'let index = holds.length - 1; index >= 0',
    to: 'let index = holds.length - 1; index >= 1',
  },
  {
    name: 'a call may settle again',
    file: 'call/call-state.ts',
    from: 'if (this.phase === \'settled\') return\n    this.phase = \'settled\'',
    to: 'if (this.phase === \'settled\') return',
  },
  {
    name: 'an attempt outlives its call on the record',
    file: 'call/call-state.ts',
    from: 'attempt.end(error ?? callEnded)',
    to: 'void 0',
  },
  {
    name: 'the deadline does not reach the attempt',
    file: 'call/attempt-scope.ts',
    from: 'call.workAbort.onAbort((reason) => source.abort(reason))',
    to: 'void call',
  },
  {
    name: 'a canceled call goes on upstream',
    file: 'providers/call-upstream.ts',
    from: 'attempt.abort.onAbort(exchange.abort)',
    to: '',
  },
  {
    name: 'a timer is left armed',
    file: 'stream/stall-guard.ts',
    from: 'deadlineMs = Number.POSITIVE_INFINITY\n      cancelTimer?.()',
    to: 'deadlineMs = Number.POSITIVE_INFINITY',
  },
  {
    name: 'a slot is not given back',
    file: 'routing/start-attempt.ts',
    from: "'neutral' : verdictOf(error))\n      release()",
    to: "'neutral' : verdictOf(error))",
  },
  {
    name: 'slots have no limit',
    file: 'resilience/tenant-slots.ts',
    from: 'if (held >= limit) return false',
    to: 'if (held >= 0) return true',
  },
  {
    name: 'a transport’s fault is passed on as it is',
    file: 'providers/call-upstream.ts',
    from: 'throw toProviderError(error, endpoint)',
    to: 'throw error',
  },

  // Streams.
  {
    name: 'a cut stream ends as if it were whole',
    file: 'stream/read-stream.ts',
    from: 'if (!this.completeness.isComplete()) throw incompleteStream()',
    to: '',
  },
  {
    name: 'a consumer who leaves does not end the call',
    file: 'call/open-call.ts',
    from: 'onLeave: () => call.cancel(),',
    to: '',
  },
  {
    name: 'an attempt does not release what it holds',
    file: 'call/attempt-scope.ts',
    from: 'let index = holds.length - 1; index >= 0',
    to: 'let index = holds.length - 2; index >= 0',
  },
  {
    name: 'silence is never noticed',
    file: 'stream/stall-guard.ts',
    from: 'else stalled()',
    to: '',
  },
  {
    name: 'the first content is lost',
    file: 'stream/read-stream.ts',
    from: 'return { [Symbol.asyncIterator]: () => playback(held, batches) }',
    to: 'held.pop()\n  return { [Symbol.asyncIterator]: () => playback(held, batches) }',
  },
  {
    name: 'a stream is handed over before its first content',
    file: 'stream/read-stream.ts',
    from: 'if (next.value.chunks.some(isCommit)) break',
    to: 'break',
  },
  {
    name: 'a buffered answer goes out before its end',
    file: 'stream/buffer-stream.ts',
    from: 'if (held.length >= maxHeldBatches || bytes >= maxHeldBytes) break',
    to: 'if (held.length >= 3) break',
  },
  {
    name: 'the fallback’s text is appended to the broken answer',
    file: 'routing/router.ts',
    from: 'continuation.toRequest(request, partial, prefill)',
    to: 'request',
  },
  {
    name: 'repeated words are not noticed at the seam',
    file: 'stream/merge-continuation.ts',
    from: 'return held.slice(overlapOf(partial, held))',
    to: 'return held',
  },
  {
    name: 'a continuation that breaks off counts as the end',
    file: 'routing/continue-answer.ts',
    from: '} catch {\n    throw failure',
    to: '} catch {\n    return',
  },
  {
    name: 'broken events are sent on',
    file: 'stream/decode-stream.ts',
    from: 'if (!isProviderError(error) || ++broken > maxBrokenEvents) throw error',
    to: 'if (!isProviderError(error) || ++broken > maxBrokenEvents) throw error\n      grouping.add([], event)',
  },
  {
    name: 'a finish is changed on its way',
    file: 'dialects/openai-chat/finish-reason.ts',
    from: "['content_filter', 'content_filter']",
    to: "['content_filter', 'stop']",
  },

  // Retries, fallbacks and their budgets.
  {
    name: 'Retry-After is ignored',
    file: 'routing/execute-route.ts',
    from: 'Math.max(error.retryAfterMs ?? 0, cooldownMs(), backoffMs(planned.attemptNumber, options.retry, deps.random))',
    to: 'backoffMs(planned.attemptNumber, options.retry, deps.random)',
  },
  {
    name: 'the same target is tried for ever',
    file: 'routing/execute-route.ts',
    from: '< attemptsPerTarget &&',
    to: '< 1e9 &&',
  },
  {
    name: 'attempts are not counted',
    file: 'routing/execute-route.ts',
    from: 'maxAttempts - attemptsMade(attempts)',
    to: '9',
  },
  {
    name: 'the retry budget is ignored',
    file: 'routing/execute-route.ts',
    from: '|| !retries.of(planned.target.provider.name).take()',
    to: '',
  },
  {
    name: 'a target that failed is handed out again',
    file: 'routing/target-queue.ts',
    from: 'if (target !== undefined) this.handedOut.push(target)',
    to: '',
  },
  {
    name: 'a target that cools down is called all the same',
    file: 'routing/queue-targets.ts',
    from: 'this.context.health.of(key).cooldownMs() === 0 && ',
    to: '',
  },
  {
    name: 'a fault of the server goes nowhere else',
    file: 'errors/failure.table.ts',
    from: "server: { sameTarget: 'once', nextTarget: 'yes'",
    to: "server: { sameTarget: 'once', nextTarget: 'no'",
  },
  {
    name: 'the caller’s fault is tried everywhere',
    file: 'errors/failure.table.ts',
    from: "invalid_request: { sameTarget: 'no', nextTarget: 'no'",
    to: "invalid_request: { sameTarget: 'no', nextTarget: 'yes'",
  },

  // Circuits.
  {
    name: 'the breaker is ignored',
    file: 'resilience/circuit-breaker.ts',
    from: "now.type === 'closed' || (now.type",
    to: "now.type !== 'isolated' || (now.type",
  },
  {
    name: 'the breaker never opens',
    file: 'resilience/circuit-breaker.ts',
    from: "else if (verdict === 'failure' && failures.onFailure() && options.enabled) circuit.open()",
    to: "else if (verdict === 'failure') failures.onFailure()",
  },
  {
    name: 'half-open lets everyone in',
    file: 'resilience/circuit-breaker.ts',
    from: 'now.probes < options.halfOpenMaxCalls',
    to: 'now.probes < 1e9',
  },

  // Hedges.
  {
    name: 'the loser of a race is not stopped',
    file: 'routing/hedge.ts',
    from: 'loser?.supersede()',
    to: '',
  },
  {
    name: 'hedges cost nothing',
    file: 'resilience/hedge-budget.ts',
    from: 'if (saved < 1) return false',
    to: '',
  },

  // Money.
  {
    name: 'the winner is guessed: the last attempt that succeeded',
    file: 'routing/start-attempt.ts',
    from: 'call.winner = attempt.record',
    to: "call.winner = call.attempts.findLast(({ outcome }) => outcome === 'success') ?? attempt.record",
    scenario: hedgeTie,
  },
  {
    name: 'the loser of a tie counts as an answer',
    file: 'routing/start-attempt.ts',
    from: "attempt.record.outcome = 'superseded'",
    to: 'void 0',
    scenario: hedgeTie,
  },
  {
    name: 'usage is counted twice',
    file: 'call/meter-batch.ts',
    from: 'attempt.usage = chunk.usage',
    to: 'attempt.usage = { ...chunk.usage, outputTokens: 2 * chunk.usage.outputTokens }',
  },
  {
    name: 'the winner is billed twice',
    file: 'call/to-receipt.ts',
    from: 'if (attempt !== winner) ',
    to: '',
  },
  {
    name: 'the first attempt that cost anything is billed as the answer',
    file: 'call/to-receipt.ts',
    from: 'const { winner, meter, annotations } = call',
    to: 'const { meter, annotations } = call\n  const winner = attempts.find(({ costNanoUsd }) => costNanoUsd !== undefined) ?? call.winner',
  },
  {
    name: 'what failed attempts cost is forgotten',
    file: 'call/to-receipt.ts',
    from: 'sum += attempt.costNanoUsd ?? 0',
    to: 'sum += 0',
  },

  // Limits and budgets.
  {
    name: 'a rate counts nothing',
    file: 'limits/memory-limit-store.ts',
    from: 'else addTo(this.bucket(take.key, nowMs), take.rate, takenUnits(take.amount, take.rate))',
    to: '',
  },
  {
    name: 'a rate drains twice as fast',
    file: 'limits/rate-bucket.ts',
    from: 'elapsedMs >= bucket.level / limit ? 0 : bucket.level - elapsedMs * limit',
    to: 'Math.max(0, bucket.level - 2 * elapsedMs * limit)',
  },
  {
    name: 'one more place is given than there is',
    file: 'limits/memory-limit-store.ts',
    from: '.count < take.limit ?',
    to: '.count <= take.limit ?',
  },
  {
    name: 'places are not given back',
    file: 'limits/limit-filter.ts',
    from: '    store.release(takes)',
    to: '',
  },
  {
    name: 'the queue takes places that nobody gives back',
    file: 'limits/pacer.ts',
    from: 'const asked = this.store.take(waiter.takes)',
    to: "this.store.take(waiter.takes.filter(({ type }) => type === 'parallel'))\n      const asked = this.store.take(waiter.takes)",
  },
  {
    name: 'nothing is held before it is spent',
    file: 'limits/memory-budget-store.ts',
    from: 'account.reserved += nanoUsd',
    to: 'void nanoUsd',
    scenario: crowdedBudget,
  },
  {
    name: 'what was held is not given back',
    file: 'limits/memory-budget-store.ts',
    from: 'account.reserved = Math.max(0, account.reserved - nanoUsd)',
    to: 'void nanoUsd',
  },
  {
    name: 'what was spent is forgotten',
    file: 'limits/memory-budget-store.ts',
    from: 'account.spent += costNanoUsd',
    to: 'account.spent += 0 * costNanoUsd',
  },
  {
    name: 'retries and hedges are free',
    file: 'limits/budget-filter.ts',
    from: 'if (accounts.length === 0) return',
    to: "if (accounts.length === 0 || attempt.record.reason !== 'first') return",
  },
  {
    name: 'a superseded attempt is free',
    file: 'limits/budget-filter.ts',
    from: 'const states = store.settle(reservation, cost)',
    to: "const states = store.settle(reservation, record.outcome === 'success' ? cost : 0)",
  },
  {
    name: 'a budget refuses what others only hold',
    file: 'limits/memory-budget-store.ts',
    from: "return nanoUsd > limitNanoUsd - spent - reserved ? 'reserved' : undefined",
    to: "return nanoUsd > limitNanoUsd - spent - reserved ? 'spent' : undefined",
  },
  {
    name: 'the last of a budget is given to an attempt that may cost more',
    file: 'limits/memory-budget-store.ts',
    from: "if (spent >= limitNanoUsd || nanoUsd > limitNanoUsd - spent) return 'spent'",
    to: "if (spent >= limitNanoUsd) return 'spent'\n  if (reserved === 0) return undefined",
    scenario: crowdedBudget,
  },
]
