import { describe, expect, it } from 'vitest'
import { providerRow, providerTable, providerTypes } from './registry.ts'

describe('providerTable', () => {
  it('has each type once, and the demo provider beside them', () => {
    expect(new Set(providerTypes).size).toBe(providerTypes.length)
    expect(providerTypes).toEqual([...providerTable.map(({ type }) => type), 'demo'])
    expect(providerRow('demo')).toBeUndefined()
  })

  it.each(providerTable.map((row) => [row.type, row] as const))(
    'serves something by a codec and a path: %s',
    (_type, { dialect, paths }) => {
      expect([paths.chat, paths.embeddings, paths.rerank].some((path) => path !== undefined)).toBe(true)
      for (const name of ['embeddings', 'rerank', 'moderations'] as const) {
        if (paths[name] !== undefined) expect(dialect.codecs?.[name]).toBeDefined()
      }
    },
  )

  it('shares no environment variable of a credential between types', () => {
    const names = providerTable.flatMap(({ env }) => [...(env?.apiKey ?? []), ...(env?.accessKeyId ?? []), ...(env?.baseUrl ?? [])])
    expect(new Set(names).size).toBe(names.length)
  })

  it.each<[string, readonly string[]]>([
    ['gpt-4o', ['openai', 'azure_openai']],
    ['omni-moderation-latest', ['openai']],
    ['claude-sonnet-4-5', ['anthropic']],
    ['command-a-03-2025', ['cohere']],
    ['rerank-v3.5', ['cohere']],
    ['rerank-english-v3.0', ['cohere']],
    ['rerank-2.5-lite', ['voyage']],
    ['rerank-lite-1', ['voyage']],
    ['jina-reranker-v3', ['jina']],
    ['gemini-2.5-flash', ['gemini', 'vertex']],
    ['grok-4', ['grok']],
    ['mistral-moderation-2603', ['mistral']],
    ['deepseek-chat', ['deepseek']],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', ['bedrock']],
    ['amazon.rerank-v1:0', ['bedrock']],
    ['llama3.2', []],
  ])('knows the vendor of %s by its name', (id, types) => {
    expect(providerTable.filter(({ families }) => families?.test(id) === true).map(({ type }) => type)).toEqual(types)
  })
})
