/** How much memory a process holds at one moment, and how much it may hold. */
export interface MemoryReading {
  readonly heapUsedBytes: number
  readonly heapTotalBytes: number
  /** What the JavaScript heap may grow to before the engine gives up. */
  readonly heapLimitBytes: number
  /** Memory outside the heap that objects of the heap hold, buffers included. */
  readonly externalBytes: number
  readonly rssBytes: number
  /** What counts against `limitBytes`: the container's working set where a container sets the limit, else the resident set. */
  readonly usedBytes: number
  readonly limitBytes: number
  readonly limitSource: 'cgroup-v2' | 'cgroup-v1' | 'machine'
}

/** Used share of whichever limit is nearer, the heap's or the process's: either one ends the process. From 0 to 1 and a little over. */
export function usageRatio(reading: MemoryReading): number {
  return Math.max(shareOf(reading.usedBytes, reading.limitBytes), shareOf(reading.heapUsedBytes, reading.heapLimitBytes))
}

/** Bytes that must go before both limits are used to no more than `ratio`; 0 when they are already. */
export function bytesAbove(reading: MemoryReading, ratio: number): number {
  const { usedBytes, limitBytes, heapUsedBytes, heapLimitBytes } = reading
  return Math.max(0, Math.ceil(usedBytes - ratio * limitBytes), Math.ceil(heapUsedBytes - ratio * heapLimitBytes))
}

/** What JavaScript keeps alive, on the heap and outside it: what grows when a program leaks. */
export function retainedBytes(reading: MemoryReading): number {
  return reading.heapUsedBytes + reading.externalBytes
}

function shareOf(used: number, limit: number): number {
  return limit > 0 ? used / limit : 0
}
