export type { NodeTransportOptions, ProxyOptions } from './node/create-dispatcher.ts'
export { createNodeTransport, type NodeTransport } from './node/node-transport.ts'
