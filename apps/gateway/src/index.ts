export { createGateway, type Gateway, type GatewayWorld } from '@proxyapi/server'
