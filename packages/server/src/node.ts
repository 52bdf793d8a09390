export { createNodeAlertChannel } from './node/alert-channel.ts'
export { type Listening, type ListenOptions, listen } from './node/listen.ts'
export { createRedisLimits, type RedisLimitsOptions } from './node/redis/redis-limits.ts'
export type { StoreFailure } from './node/redis/shared-limit-store.ts'
