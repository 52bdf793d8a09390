import { describe, expect, it } from 'vitest'
import { defineProvider } from './definition.ts'
import { openai } from './openai-compatible.ts'
import { builtInDefinitions, createProviderTable } from './registry.ts'

describe('createProviderTable', () => {
  it('has each type once, and the demo provider beside them', () => {
    const { definitions, types, definitionOf } = createProviderTable()
    expect(new Set(types).size).toBe(types.length)
    expect(types).toEqual([...definitions.map(({ type }) => type), 'demo'])
    expect(definitionOf('demo')).toBeUndefined()
  })

  it('takes further rows, and one in the place of a built-in row', () => {
    const [acme, own] = [defineProvider({ ...openai, type: 'acme' }), defineProvider({ ...openai, baseUrl: 'https://own.test/v1' })]
    const { types, definitionOf } = createProviderTable([acme, own])
    expect(types).toEqual([...builtInDefinitions.map(({ type }) => type), 'acme', 'demo'])
    expect([definitionOf('acme'), definitionOf('openai')]).toEqual([acme, own])
  })

  it.each([
    ['a type twice', ['acme', 'acme']],
    ['the demo provider', ['demo']],
  ])('refuses %s', (_name, types) => {
    expect(() => createProviderTable(types.map((type) => defineProvider({ ...openai, type })))).toThrow(
      expect.objectContaining({ code: 'invalid_config', param: 'definitions' }),
    )
  })
})

describe('builtInDefinitions', () => {
  it.each(builtInDefinitions.map((row) => [row.type, row] as const))(
    'serves something by a codec and a path: %s',
    (_type, { dialect, paths }) => {
      expect([paths.chat, paths.embeddings, paths.rerank].some((path) => path !== undefined)).toBe(true)
      for (const name of ['embeddings', 'rerank', 'moderations'] as const) {
        if (paths[name] !== undefined) expect(dialect.codecs?.[name]).toBeDefined()
      }
    },
  )

  it('shares no environment variable of a credential between types', () => {
    const names = builtInDefinitions.flatMap(({ env }) => [...(env?.apiKey ?? []), ...(env?.accessKeyId ?? []), ...(env?.baseUrl ?? [])])
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
    expect(builtInDefinitions.filter(({ families }) => families?.test(id) === true).map(({ type }) => type)).toEqual(types)
  })
})
