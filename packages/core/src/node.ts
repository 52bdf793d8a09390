export type { NodeTransportOptions, ProxyOptions } from './node/create-dispatcher.ts'
export { createGuardedLookup, type GuardedLookupOptions } from './node/guarded-lookup.ts'
export { createNodeTransport, type NodeTransport } from './node/node-transport.ts'
