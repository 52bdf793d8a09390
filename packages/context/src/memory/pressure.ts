/** How near the process is to its limit: `elevated` asks for a collection, `critical` for a clean-up. */
export type MemoryPressure = 'normal' | 'elevated' | 'critical'

/** Used shares, from 0 to 1, at which the pressure rises. */
export interface PressureThresholds {
  readonly elevated: number
  readonly critical: number
}

/** A state is left only this far below where it is entered, so that a reading on the edge does not make it flap. */
export const pressureMargin = 0.05

/** The pressure after a reading of `ratio`, which rises at once and falls only past the margin. */
export function onUsage(current: MemoryPressure, ratio: number, { elevated, critical }: PressureThresholds): MemoryPressure {
  const margin = (threshold: number): number => threshold - Math.min(pressureMargin, threshold / 2)
  if (ratio >= critical) return 'critical'
  if (current === 'critical' && ratio >= margin(critical)) return 'critical'
  if (ratio >= elevated) return 'elevated'
  return current !== 'normal' && ratio >= margin(elevated) ? 'elevated' : 'normal'
}
