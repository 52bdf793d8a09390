import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/** Names that an entry file exports, types included. */
function exportsOf(entry: string): string {
  const text = readFileSync(new URL(entry, import.meta.url), 'utf8')
  const lists = [...text.matchAll(/export (?:type )?\{([^}]*)\}/g)].map(([, list = '']) => list.split(','))
  const names = lists.flat().map((name) => name.replace(/\btype\b/, '').trim())
  return names
    .filter((name) => name !== '')
    .sort()
    .join(' ')
}

it('exports what others may rely on, and nothing besides', () => {
  expect(exportsOf('./index.ts')).toMatchInlineSnapshot(
    `"Access AlertChannelDeps AlertChannelName AlertChannelSettings Allowance AnnouncementChannel AnnouncementPayload AnnouncementTopic Announcer AnswerPart Authenticator BudgetHolder BudgetRules BudgetState BudgetWindow CacheDeps CachedWhole Capability CapabilityDeps CompileContext ConfigChange ConfigIssue ConfigReading ConfigRevision ConfigSource ConfiguredKey CreateAlertChannel CreateMemory Criticality CurrentGateway ErasureFacts ErasureReceipt ErasureVerdict Exchange Feature FoundKey Gateway GatewayConfig GatewayDeps GuardedText Guardrail GuardrailInput GuardrailScope GuardrailStage GuardrailStreaming GuardrailVerdict IssuedKey IssuedKeyFields KeptKeySet KeyChanges KeyCursor KeyQuery KeySecret KeySetStore KeyStore LimitRules LimitStores LoadTestReport LoadTestStore Method OnceRecorded ParsedConfig Permission PlacedIssue PreviousSecret Principal PrincipalKind ProcessLoad ProcessShare ProviderEntry ReadBudget RecordedAttempt RecordedRequest RecordedUsage RecordingHead RecordingPage RecordingStore ReloadOrigin ReloadResult ReplyHeaders Route RouteBody RouteDefinition Sent Standing TextRole ValueOrigin Workers addressField assertConfig configJsonSchema createAnnouncer createGateway createMemoryKeyStore defineRoute erasurePublicKey isLoopbackHost missingChannels onceRecorded parseConfig principalOf providersFromEnv recordingVersion renderIssue renderPath secretPathsOf toCondenseWire verifyErasureReceipt version withProviderEnv"`,
  )
  expect(exportsOf('./node.ts')).toMatchInlineSnapshot(
    `"ListenOptions Listening RedisAnnouncementsOptions RedisLimitsOptions Serve StoreFailure createForwarder createNodeAlertChannel createRedisAnnouncements createRedisLimits listen listenForForwarded"`,
  )
})
