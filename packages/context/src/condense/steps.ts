/*
 * Long work is written as a generator that yields between small pieces, so that one code serves both ways of running it:
 * at once, or in slices that give the event loop back.
 */
export type Steps<Result> = Generator<undefined, Result>

/** What slicing needs of the world. */
export interface SliceDeps {
  /** Milliseconds from any fixed point. */
  readonly now: () => number
  /** Settles once other work of the event loop had its turn (`setImmediate`, `MessageChannel`). */
  readonly yieldNow: () => Promise<void>
}

/** Runs to the end without a pause. */
export function runAtOnce<Result>(steps: Steps<Result>): Result {
  let step = steps.next()
  while (step.done !== true) step = steps.next()
  return step.value
}

export interface SliceOptions {
  readonly sliceMs: number
  readonly signal?: AbortSignal | undefined
}

/** Runs in slices of about `sliceMs`, letting other work in between. Rejects with the signal's reason when it is aborted. */
export async function runInSlices<Result>(steps: Steps<Result>, { sliceMs, signal }: SliceOptions, deps: SliceDeps): Promise<Result> {
  let sliceEndsAtMs = deps.now() + sliceMs
  let step = steps.next()
  while (step.done !== true) {
    if (deps.now() >= sliceEndsAtMs) {
      await deps.yieldNow()
      signal?.throwIfAborted()
      sliceEndsAtMs = deps.now() + sliceMs
    }
    step = steps.next()
  }
  return step.value
}
