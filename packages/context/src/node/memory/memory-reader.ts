import { readFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'
import type { MemoryReading } from '../../memory/memory-reading.ts'
import { type ReadText, readCgroupMemory } from './cgroup.ts'

interface ProcessMemory {
  readonly rss: number
  readonly heapUsed: number
  readonly heapTotal: number
  readonly external: number
}

/** What a reader asks of the system; each has the real one as its default. */
export interface MemorySources {
  readonly readText?: ReadText | undefined
  readonly usage?: (() => ProcessMemory) | undefined
  readonly heapLimitBytes?: (() => number) | undefined
  readonly machineBytes?: (() => number) | undefined
}

const readFile: ReadText = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // No such file on this system, or a sandbox without it: there is then no limit to be read.
    return undefined
  }
}

/**
 * Reads this process's memory and its real limit: the container's (cgroup v1 and v2), or the machine's where none is set.
 * Limits are read each time, because they can be changed while a container runs.
 */
export function createMemoryReader(sources: MemorySources = {}): () => MemoryReading {
  const {
    readText = readFile,
    usage = process.memoryUsage,
    heapLimitBytes = () => getHeapStatistics().heap_size_limit,
    machineBytes = totalmem,
  } = sources
  return () => {
    const { rss, heapUsed, heapTotal, external } = usage()
    const own = {
      heapUsedBytes: heapUsed,
      heapTotalBytes: heapTotal,
      heapLimitBytes: heapLimitBytes(),
      externalBytes: external,
      rssBytes: rss,
    }
    const machine = machineBytes()
    const group = readCgroupMemory(readText)
    // A limit above what the machine has does not bind.
    if (group === undefined || group.limitBytes > machine) return { ...own, usedBytes: rss, limitBytes: machine, limitSource: 'machine' }
    return { ...own, usedBytes: group.workingSetBytes ?? rss, limitBytes: group.limitBytes, limitSource: group.source }
  }
}
