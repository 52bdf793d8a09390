export type { ProcessLoad } from './admission/admission.ts'
export {
  type AlertChannelDeps,
  type AlertChannelName,
  type AlertChannelSettings,
  addressField,
  type CreateAlertChannel,
} from './alerting/alert-channel.ts'
export { missingChannels } from './alerting/alert-channels.ts'
export type { AnnouncementPayload, AnnouncementTopic } from './announcements/announcement.ts'
export { type AnnouncementChannel, type Announcer, createAnnouncer } from './announcements/announcer.ts'
export type { Authenticator } from './auth/authenticator.ts'
export type { ConfiguredKey } from './auth/configured-keys.ts'
export type { IssuedKey, IssuedKeyFields, PreviousSecret } from './auth/issued-key.ts'
export type { FoundKey, KeyChanges, KeyCursor, KeyQuery, KeySecret, KeyStore } from './auth/key-store.ts'
export { isLoopbackHost } from './auth/loopback.ts'
export type { Access, Permission } from './auth/permissions.ts'
export { type Criticality, type Principal, type PrincipalKind, principalOf } from './auth/principal.ts'
export type { Allowance, BudgetHolder, BudgetRules, BudgetState, BudgetWindow, LimitRules, ReadBudget } from './auth/rules.ts'
export type { CachedWhole } from './cache/cached-answer.ts'
export type { CacheDeps } from './cache/create-cache-capability.ts'
export type { Capability, CapabilityDeps, CompileContext, CurrentGateway, Feature } from './capability/capability.ts'
export type { ReloadOrigin, ReloadResult } from './capability/configuration-control.ts'
export type { ProcessShare, Standing, Workers } from './capability/workers.ts'
export { toCondenseWire } from './condense/to-condense-wire.ts'
export { configJsonSchema } from './config/config-json-schema.ts'
export type { GatewayConfig } from './config/config-schema.ts'
export type { ConfigReading, ConfigRevision, ConfigSource, PlacedIssue, ValueOrigin } from './config/config-source.ts'
export type { ConfigChange } from './config/diff-config.ts'
export { assertConfig, type ParsedConfig, parseConfig } from './config/parse-config.ts'
export { type ProviderEntry, providersFromEnv, withProviderEnv } from './config/providers-from-env.ts'
export { secretPathsOf } from './config/secret-paths.ts'
export { type ConfigIssue, renderIssue, renderPath } from './errors/config-issue.ts'
export { createGateway, type Gateway } from './gateway/create-gateway.ts'
export type {
  AnswerPart,
  GuardedText,
  Guardrail,
  GuardrailInput,
  GuardrailScope,
  GuardrailStage,
  GuardrailStreaming,
  GuardrailVerdict,
  TextRole,
} from './guardrails/guardrail.ts'
export type { Exchange, ReplyHeaders, Sent } from './http/exchange.ts'
export type { KeptKeySet, KeySetStore } from './jwt/key-set-store.ts'
export { createMemoryKeyStore } from './keys/memory-key-store.ts'
export type { LimitStores } from './limits/limits-capability.ts'
export type { LoadTestReport } from './load-test/load-test-report.ts'
export type { LoadTestStore } from './load-test/load-tests.ts'
export type { CreateMemory } from './memory/create-memory-capability.ts'
export {
  type ErasureFacts,
  type ErasureReceipt,
  type ErasureVerdict,
  erasurePublicKey,
  verifyErasureReceipt,
} from './privacy/erasure-receipt.ts'
export type { RecordedAttempt, RecordedRequest, RecordedUsage } from './recordings/recorded-request.ts'
export { type RecordingHead, recordingVersion } from './recordings/recording.ts'
export type { RecordingPage, RecordingStore } from './recordings/recording-store.ts'
export { type OnceRecorded, onceRecorded } from './route-table/once-recorded.ts'
export { defineRoute, type Method, type Route, type RouteBody, type RouteDefinition } from './route-table/route.ts'
export type { GatewayDeps } from './state/gateway-deps.ts'
export { version } from './version.ts'
