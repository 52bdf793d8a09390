import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/** Names that an entry file exports, types included. */
function exportsOf(entry: string): readonly string[] {
  const text = readFileSync(new URL(entry, import.meta.url), 'utf8')
  const lists = [...text.matchAll(/export (?:type )?\{([^}]*)\}/g)].map(([, list = '']) => list.split(','))
  return lists
    .flat()
    .map((name) => name.replace(/\btype\b/, '').trim())
    .filter((name) => name !== '')
    .sort()
}

it('exports what others may rely on, and nothing besides', () => {
  expect(exportsOf('./index.ts').join(' ')).toMatchInlineSnapshot(
    `"AnswerFacts CacheDirectives CacheEntry CacheFigures CacheInputError CacheKinds CacheRequest CacheResult CacheSelector CacheStore CachedRequest CachedResult Collection Complete Compressor CondenseAny CondenseError CondenseRequest CondenseResult Condenser ConversationCondenser ConversationMessage ConversationPart ConversationResult ConversationRole CountableConversation CountableMessage Deps Digest EntryMeta EntrySelector EnvelopeCodec FetchAbort FetchAnswer FetchedAnswer KeyedEntry LevelFigures MemoryEvent MemoryFigures MemoryManager MemoryManagerOptions MemoryReading Preservation ResponseCache ResponseCacheOptions SemanticFigures SemanticIndex SemanticLookup SemanticMatcher SemanticQuestion Shedder SliceDeps StoreFigures StreamFolding SummaryCache TokenCounter ValueCodec bothDirectives countConversation countConversationInSlices countTokens createCondenser createConversationCondenser createEnvelopeCodec createMemoryManager createModelCondenser createRequestKey createResponseCache createSemanticIndex createSemanticLookup createSummaryCache createTokenCounter isSelected jsonCodec neutralFields parseBodyControls parseCacheControl sizeOf tokenUpperBound withSummaryCache"`,
  )
  expect(exportsOf('./node.ts').join(' ')).toMatchInlineSnapshot(
    `"DiskStoreOptions RedisStoreOptions createDiskStore createRedisStore deflateCodec deflateCompressor nodeDigest nodeMemory"`,
  )
  expect(exportsOf('./testing.ts').join(' ')).toMatchInlineSnapshot(
    `"FakeDeps StoreContract TestFramework TestValue createFakeDeps describeCacheStore"`,
  )
})
