export { createNodeTransport, type NodeTransportOptions } from './node/node-transport.ts'
