/*
 * Long work is written as a generator that yields between small pieces, so that one code serves both ways of running it:
 * at once, or in slices that give the event loop back.
 */
export type Steps<Result> = Generator<undefined, Result>

/** How many values are worked out between two pauses: well below a millisecond of work. */
const valuesPerStep = 512

/** As `Float64Array.from({ length }, (_, index) => numberAt(index))`, with pauses. */
export function* numbersInSteps(length: number, numberAt: (index: number) => number): Steps<Float64Array> {
  const numbers = new Float64Array(length)
  for (let index = 0; index < length; index++) {
    numbers[index] = numberAt(index)
    if (index % valuesPerStep === valuesPerStep - 1) yield
  }
  return numbers
}

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
