/**
 * Deliberate defects of the engine, each one edit of one source file. A defect that the simulator can't see is a gap in the
 * simulator; an edit that no longer fits its file fails the test by name.
 */
export interface Mutant {
  readonly name: string
  /** Below `src/`. */
  readonly file: string
  readonly from: string
  readonly to: string
}

export const mutants: readonly Mutant[] = [
  {
    name: 'the deadline closes nothing',
    file: 'call/open-call.ts',
    from: 'settlement.lease(deps.setTimer(expire, timeoutMs))',
    to: '',
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
    name: 'a timer is left armed',
    file: 'stream/stall-guard.ts',
    from: 'deadlineMs = Number.POSITIVE_INFINITY\n      cancelTimer?.()',
    to: 'deadlineMs = Number.POSITIVE_INFINITY',
  },
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
    name: 'an abandoned call goes on upstream',
    file: 'providers/call-provider.ts',
    from: 'call.lease(abortWith(call, exchange))',
    to: '',
  },
  {
    name: 'the first content is lost',
    file: 'stream/read-stream.ts',
    from: 'return { [Symbol.asyncIterator]: () => playback(held, batches) }',
    to: 'held.pop()\n  return { [Symbol.asyncIterator]: () => playback(held, batches) }',
  },
  {
    name: 'usage is counted twice',
    file: 'call/observation.ts',
    from: "if (chunk.type === 'usage') observation.usage = chunk.usage",
    to: "if (chunk.type === 'usage') observation.usage = { ...chunk.usage, outputTokens: 2 * chunk.usage.outputTokens }",
  },
  {
    name: 'a broken event ends nothing, however many there are, and what follows is lost',
    file: 'stream/decode-stream.ts',
    from: 'if (done) break\n',
    to: 'if (done || broken > 0) break\n',
  },
]
