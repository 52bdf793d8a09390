import { createMemoryManager, type MemoryEvent, type MemoryManager } from '@proxyapi/context'
import { nodeMemory } from '@proxyapi/context/node'
import type { Logger } from '@proxyapi/logging'
import type { CreateMemory, GatewayConfig } from '@proxyapi/server'
import { createLoadWatch, type LoadWatch } from './process-load.ts'

function tell(logger: Logger, event: MemoryEvent): void {
  const { type, ...data } = event
  if (type === 'pressure-changed') logger.warning('Memory pressure has changed', data)
  else if (type === 'leak-suspected') logger.warning('A memory leak is suspected', data)
  else logger.info('Memory was looked after', { event: type, ...data })
}

/** The memory manager of this process, and its load for shedding; both live as long as the gateway runs. */
export function createProcessMemory(
  { memory: settings }: Pick<GatewayConfig, 'memory'>,
  logger: Logger,
): { readonly createMemory: CreateMemory; readonly load: LoadWatch['load'] } {
  let manager: MemoryManager | undefined
  const watch = createLoadWatch(() => manager?.figures().usageRatio ?? 0)
  const createMemory: CreateMemory = (shedders) => {
    const created = createMemoryManager({
      ...nodeMemory(),
      maxUsagePercent: settings.max_usage_percent,
      gcThresholdPercent: settings.gc_threshold_percent,
      monitoringIntervalMs: settings.monitoring_interval * 1000,
      cacheCleanupIntervalMs: settings.cache_cleanup_interval * 1000,
      shedders,
      onEvent: (event) => tell(logger, event),
    })
    manager = created
    return {
      ...created,
      start: () => {
        created.start()
        watch.start()
      },
      close: () => {
        watch.close()
        created.close()
      },
    }
  }
  return { createMemory, load: watch.load }
}
