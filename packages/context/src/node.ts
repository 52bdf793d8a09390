export { deflateCompressor } from './node/cache/compressor.ts'
export { nodeDigest } from './node/cache/digest.ts'
export { createDiskStore, type DiskStoreOptions } from './node/cache/disk-store.ts'
export { createRedisStore, type RedisStoreOptions } from './node/cache/redis-store.ts'
