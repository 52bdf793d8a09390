/** Counts outcomes over the last `windowMs`, in a fixed number of slices: old slices are forgotten whole. */
export interface FailureWindow {
  readonly record: (failed: boolean, nowMs: number) => void
  readonly counts: (nowMs: number) => { readonly calls: number; readonly failures: number }
  readonly clear: () => void
}

const sliceCount = 10

export function createFailureWindow(windowMs: number): FailureWindow {
  const sliceMs = windowMs / sliceCount
  const slices = Array.from({ length: sliceCount }, () => ({ number: -1, calls: 0, failures: 0 }))
  return {
    record: (failed, nowMs) => {
      const number = Math.floor(nowMs / sliceMs)
      const slice = slices[number % sliceCount]
      if (slice === undefined) return
      if (slice.number !== number) Object.assign(slice, { number, calls: 0, failures: 0 })
      slice.calls++
      if (failed) slice.failures++
    },
    counts: (nowMs) => {
      const oldest = Math.floor(nowMs / sliceMs) - sliceCount + 1
      let calls = 0
      let failures = 0
      for (const slice of slices) {
        if (slice.number < oldest) continue
        calls += slice.calls
        failures += slice.failures
      }
      return { calls, failures }
    },
    clear: () => {
      for (const slice of slices) slice.number = -1
    },
  }
}
