import process from 'node:process'
import { getHeapStatistics } from 'node:v8'
import type { Reading } from '../metrics/readings.ts'

/** Processor time and memory of this process. */
export function readProcess(startedAtMs: number): readonly Reading[] {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed, external } = process.memoryUsage()
  return [
    { name: 'process_start_time_seconds', value: startedAtMs / 1_000 },
    { name: 'process_cpu_seconds_total', value: (user + system) / 1e6 },
    { name: 'process_resident_memory_bytes', value: rss },
    { name: 'nodejs_heap_used_bytes', value: heapUsed },
    { name: 'nodejs_heap_limit_bytes', value: getHeapStatistics().heap_size_limit },
    { name: 'nodejs_external_memory_bytes', value: external },
  ]
}
