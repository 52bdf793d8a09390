export { createGateway, type Gateway, type GatewayDeps } from '@proxyapi/server'
