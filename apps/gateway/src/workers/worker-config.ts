import type { GatewayConfig } from '@proxyapi/server'

function partOf(whole: number, workers: number): number {
  return Math.max(1, Math.ceil(whole / workers))
}

/**
 * What a configuration comes to in one of several workers: bounds of the whole gateway are parted, and what exists once is left to the primary. Pure.
 */
export function toWorkerConfig(config: GatewayConfig, workers: number): GatewayConfig {
  const { server, caching, alerting } = config
  const { response_cache: cache } = caching
  return {
    ...config,
    server: {
      ...server,
      max_in_flight: partOf(server.max_in_flight, workers),
      max_queue: Math.ceil(server.max_queue / workers),
    },
    caching: { ...caching, response_cache: { ...cache, max_size_mb: cache.max_size_mb / workers } },
    alerting: { ...alerting, enabled: false },
  }
}
