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
    `"AbortSource AnyAnswer AssistantMessage Attempt AttemptScope AttemptTimeouts AuthScheme CacheBreakpoint CacheDirectives CacheOutcome Call CallAnnotations CallOptions Capabilities ChatAnswer ChatChunk ChatHandler ChatRequest ChatResponse ChunkBatch CondensationOutcome ConfiguredModel CountTokensAnswer Deadlines Deps EmbeddingAnswer EmbeddingRequest EmbeddingResponse Engine EngineEvent EngineOptions ErrorCode FailureClass Filter FilterFor FinishReason GuardrailOutcome Handler ImagePart InvalidRequestError LimitStanding LimitStandings ListedModel Message ModelCatalog ModelInfo ModelLimits ModelListChange ModelListReport ModelOverrides ModerationAnswer ModerationRequest ModerationResponse OpenCall Operation PricedUsage Principal Provider ProviderDefinition ProviderEnv ProviderError ProviderOptions ProviderPaths ProviderReport ProxyApiError Receipt Recovery RerankAnswer RerankRequest RerankResponse RouteOverrides RoutingSettings ServedAs StrategyName StreamAnswer SystemMessage Target TargetFilter TargetHandler TargetReport TextPart TokenCount Tool ToolCall ToolChoice ToolMessage Transport TransportAnswer TransportError TransportExchange TransportRequest Usage UsageEstimate UserMessage UserPart VirtualModel WholeAnswer WireQuirks bearer chat countTokens createEngine createFetchTransport defineProvider embeddings fromChunks isProviderError isProxyApiError keyHeader moderations onlyFor optionalBearer rerank systemDeps toChunks"`,
  )
  expect(exportsOf('./catalogue.ts')).toMatchInlineSnapshot(
    `"CatalogueEntry CataloguePage CatalogueQuery CatalogueSortKey Cost ExpectedUse ListedForCatalogue LongContextRates ModelKey ModelPrice PricedModel RateCard Rates TokenClasses catalogueOf catalogueSortKeys costOf estimateCost expectedOutputTokens priceOf publicModelIds publicTypes searchCatalogue"`,
  )
  expect(exportsOf('./chaos.ts')).toMatchInlineSnapshot(
    `"BlastRadius FaultInjector FaultPlan FaultSeverity FaultType InjectedFault createFaultInjector createSeededRandom faultTypes"`,
  )
  expect(exportsOf('./dialects.ts')).toMatchInlineSnapshot(
    `"ClientChat ClientContext ClientError Dialect DialectId OperationCodec OperationCodecs anthropicMessages anthropicMessagesClient fromClientModeration fromClientRerank openAiChat openAiChatClient openAiResponses openAiResponsesClient toBase64Floats toClientModeration toClientRerank withCodecs"`,
  )
  expect(exportsOf('./limits.ts')).toMatchInlineSnapshot(
    `"BudgetAccount BudgetFilterOptions BudgetRefusal BudgetState BudgetStore BudgetWait BudgetWindow LimitFilterOptions LimitStore LoadSpent MemoryBudgetStoreOptions MemoryLimitStore MemoryLimitStoreOptions PacerOptions Pacing ParallelTake Rate RateTake RecentMap ReportedLimits ReportedLimitsOptions Reservation SpanOf Standing Take TakeResult Taker TokenEstimate UnknownPrice WindowSpan createBudgetFilter createLimitFilter createMemoryBudgetStore createMemoryLimitStore createPacer createRecentMap createReportedLimits createSpanOf createTaker likelyTokens noteWait"`,
  )
  expect(exportsOf('./node.ts')).toMatchInlineSnapshot(
    `"GuardedLookupOptions NodeTransport NodeTransportOptions ProxyOptions createGuardedLookup createNodeTransport"`,
  )
  expect(exportsOf('./serving.ts')).toMatchInlineSnapshot(
    `"Awaitable BatchWatcher CallDeps CredentialName CredentialSet EngineState EngineStateOptions EnvOption ErrorCodeMeaning FairQueue FairQueueOptions KeptModelList ModelListStore ProviderTable QueueEntry QueueRejection ReceiptQueue Release SharedWork ShedReason compose createEngineState createFairQueue createProviderTable createReceiptQueue createSteadyClock defaultModerationModel isForbiddenHost keepBytes meaningOf mergeHealthReports openCall sourceOf strategyNames toProxyApiError watchBatches"`,
  )
  expect(exportsOf('./testing.ts')).toMatchInlineSnapshot(
    `"BudgetStoreContract ClientView Distribution FaultRule Invariant LimitStoreContract Scenario ScriptedFault ScriptedTransport SimulationOptions SimulationReport SimulationRun TestFramework UpstreamCall UpstreamScript VirtualWorld Workload allInvariants createScriptedTransport createVirtualWorld describeBudgetStore describeLimitStore drawScenario perClient scriptedProvider simulate"`,
  )
  expect(exportsOf('./wire/index.ts')).toMatchInlineSnapshot(
    `"EventFramer FramerOptions Framing JsonLimits JsonObject JsonValue WireError WireErrorCode WireEvent concatBytes createAwsEventStreamFramer createFramer createNdjsonFramer createSseFramer exceededJsonLimit isJsonObject isWireError joinBytes joinLoose parseJson toSseText"`,
  )
})
