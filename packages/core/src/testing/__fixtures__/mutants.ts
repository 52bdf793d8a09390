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
}

export const mutants: readonly Mutant[] = [
  // The call and its end.
  {
    name: 'the deadline closes nothing',
    file: 'call/open-call.ts',
    from: 'settlement.lease(deps.setTimer(expire, timeoutMs))',
    to: '',
  },
  {
    name: 'the deadline that the caller set is forgotten',
    file: 'call/open-call.ts',
    from: 'return Math.min(limit, options.timeoutMs ?? limit)',
    to: 'return limit',
  },
  {
    name: 'one lease is forgotten',
    file: 'call/settlement.ts',
    from: 'for (let release = held.pop()',
    to: 'held.pop()\n      for (let release = held.pop()',
  },
  {
    name: 'a call may settle again',
    file: 'call/settlement.ts',
    from: 'settled = true',
    to: 'settled = false',
  },
  {
    name: 'an attempt outlives its call on the record',
    file: 'call/attempt-scope.ts',
    from: "end(abandoned('The call has ended.'))",
    to: 'void 0',
  },
  {
    name: 'the deadline does not reach the attempt',
    file: 'routing/start-attempt.ts',
    from: 'const forget = call.onAbort(abortion.abort)',
    to: 'const forget = () => undefined',
  },
  {
    name: 'an abandoned call goes on upstream',
    file: 'providers/call-provider.ts',
    from: 'call.lease(abortWith(call, exchange))',
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
    from: 'report(verdictOf(error))\n        held.release()',
    to: 'report(verdictOf(error))',
  },
  {
    name: 'slots have no limit',
    file: 'resilience/tenant-slots.ts',
    from: 'if (held >= limit) return false',
    to: 'if (held >= 0) return true',
  },
  {
    name: 'a transport’s fault is passed on as it is',
    file: 'providers/call-provider.ts',
    from: 'throw toProviderError(error, options.name)',
    to: 'throw error',
  },

  // Streams.
  {
    name: 'a cut stream ends as if it were whole',
    file: 'stream/read-stream.ts',
    from: 'if (!completeness.isComplete()) throw incompleteStream()',
    to: '',
  },
  {
    name: 'a consumer who leaves does not close the upstream call',
    file: 'stream/read-stream.ts',
    from: 'if (!ended) exchange.abort(incompleteStream())',
    to: '',
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
    file: 'routing/continue-answer.ts',
    from: 'return { ...request, messages: [...request.messages, said, ...asked] }',
    to: 'return request',
  },
  {
    name: 'repeated words are not noticed at the seam',
    file: 'stream/join-continuation.ts',
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
    to: 'if (!isProviderError(error) || ++broken > maxBrokenEvents) throw error\n      grouping.add([], event.raw)',
  },
  {
    name: 'a finish is changed on its way',
    file: 'dialects/openai-chat/finish-reason.ts',
    from: "content_filter: 'content_filter'",
    to: "content_filter: 'stop'",
  },

  // Retries, fallbacks and their budgets.
  {
    name: 'Retry-After is ignored',
    file: 'routing/run-errand.ts',
    from: 'Math.max(error.retryAfterMs ?? 0, restingMs(), backoffMs(step.round, options.retry, deps.random))',
    to: 'backoffMs(step.round, options.retry, deps.random)',
  },
  {
    name: 'the same target is tried for ever',
    file: 'routing/run-errand.ts',
    from: 'const maxRoundsPerTarget = 2',
    to: 'const maxRoundsPerTarget = 1e9',
  },
  {
    name: 'attempts are not counted',
    file: 'routing/run-errand.ts',
    from: 'errand.world.options.retry.maxAttempts - errand.call.attempts.length',
    to: '9',
  },
  {
    name: 'the retry budget is ignored',
    file: 'routing/run-errand.ts',
    from: '|| !retries.of(step.target.provider.name).take()',
    to: '',
  },
  {
    name: 'a target that was given up is given out again',
    file: 'routing/itinerary.ts',
    from: 'if (target !== undefined) given.add(target.key)',
    to: '',
  },
  {
    name: 'a target at rest is called all the same',
    file: 'routing/plan-itinerary.ts',
    from: 'health.of(key).restingMs() === 0 && ',
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
    from: "caller: { sameTarget: 'no', nextTarget: 'no'",
    to: "caller: { sameTarget: 'no', nextTarget: 'yes'",
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
    from: "else if (verdict === 'failure' && failures.onFailure()) circuit.open()",
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
    file: 'routing/take-step.ts',
    from: 'loser?.abort(lost)',
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
    name: 'usage is counted twice',
    file: 'call/observation.ts',
    from: "if (chunk.type === 'usage') observation.usage = chunk.usage",
    to: "if (chunk.type === 'usage') observation.usage = { ...chunk.usage, outputTokens: 2 * chunk.usage.outputTokens }",
  },
  {
    name: 'the winner is billed twice',
    file: 'call/observation.ts',
    from: 'attempt === winner ? 0 : ',
    to: '',
  },
  {
    name: 'the first attempt that cost anything is billed as the answer',
    file: 'call/call.ts',
    from: 'return attempts.findLast(',
    to: 'return attempts.find(({ costNanoUsd }) => costNanoUsd !== undefined) ?? attempts.findLast(',
  },
  {
    name: 'what failed attempts cost is forgotten',
    file: 'call/observation.ts',
    from: '(attempt.costNanoUsd ?? 0)',
    to: '0',
  },
]
