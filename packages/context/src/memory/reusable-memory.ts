import type { MemoryReading } from './memory-reading.ts'

/*
 * What a program frees, its allocator often keeps: 120 MB of dropped 40 KB buffers left the resident set of a Node
 * process on glibc where it was. That memory is used by nobody and will be used again before new is asked for. Counted
 * as used, it would keep a process critical for ever, and its caches empty.
 *
 * When JavaScript holds about the most it ever held, the allocator keeps next to nothing: what else is resident then is
 * the rest of the process. Later, what is resident beyond that rest and beyond what JavaScript holds can be used again,
 * but never more than JavaScript gave back since.
 */

/** A reading whose `usedBytes` leave out what can be used again. */
export interface EffectiveReading extends MemoryReading {
  /** Freed by JavaScript and kept by the allocator; an estimate. */
  readonly reusableBytes: number
}

interface Peak {
  /** The most that JavaScript held. */
  readonly heldBytes: number
  /** What else was resident the last time that JavaScript held about as much. */
  readonly restBytes: number
}

const nearPeak = 0.95

function heldBytes({ heapTotalBytes, externalBytes }: MemoryReading): number {
  return heapTotalBytes + externalBytes
}

function onReading(peak: Peak | undefined, reading: MemoryReading): Peak {
  const held = heldBytes(reading)
  if (peak !== undefined && held < peak.heldBytes * nearPeak) return peak
  return { heldBytes: Math.max(held, peak?.heldBytes ?? 0), restBytes: reading.rssBytes - held }
}

/** Wraps a reader so that memory which the allocator keeps for reuse does not count as used. */
export function withoutReusable(read: () => MemoryReading): () => EffectiveReading {
  let peak: Peak | undefined
  return () => {
    const reading = read()
    peak = onReading(peak, reading)
    const held = heldBytes(reading)
    const kept = Math.min(reading.rssBytes - held - peak.restBytes, peak.heldBytes - held)
    const reusableBytes = Math.min(Math.max(0, kept), reading.usedBytes)
    return { ...reading, usedBytes: reading.usedBytes - reusableBytes, reusableBytes }
  }
}
