export {
  type AlertChannelDeps,
  type AlertChannelName,
  type AlertChannelSettings,
  addressField,
  type CreateAlertChannel,
} from './alerting/alert-channel.ts'
export { missingChannels } from './alerting/alert-channels.ts'
export type { ConfiguredKey, KeyEntry } from './auth/keys.ts'
export type { CachedWhole } from './cache/cached-answer.ts'
export type { CacheWorld } from './cache/create-cache-capability.ts'
export { toCondenseWire } from './condense/to-condense-wire.ts'
export { type ConfigIssue, renderIssue, renderPath } from './config/config-issue.ts'
export type { GatewayConfig } from './config/config-schema.ts'
export { assertConfig, type ParsedConfig, parseConfig } from './config/parse-config.ts'
export { providerTypes } from './config/provider-schema.ts'
export type { ProcessLoad } from './gateway/admission.ts'
export { createGateway, type Gateway, type GatewayWorld, version } from './gateway/create-gateway.ts'
export type { CreateMemory } from './memory/create-memory-capability.ts'
