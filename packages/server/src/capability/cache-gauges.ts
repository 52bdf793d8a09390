import type { Reading } from '@proxyapi/logging'

/** What a cache in memory holds, and how many entries it gave up for want of room. */
export interface HeldFigures {
  readonly entries: number
  readonly bytes: number
  readonly evictions: number
}

/** The figures of a cache in memory as gauges of its type. */
export function toCacheGauges(type: string, { entries, bytes, evictions }: HeldFigures): readonly Reading[] {
  const labels = { type }
  return [
    { name: 'cache_entries', labels, value: entries },
    { name: 'cache_size_bytes', labels, value: bytes },
    { name: 'cache_evictions_total', labels, value: evictions },
  ]
}
