import { describe, expect, it } from 'vitest'
import { toCapability } from './capability-words.ts'
import { catalogueOf, type ListedForCatalogue, publicModelIds, publicTypes, toCatalogueEntry } from './catalogue-entry.ts'

const gpt4: ListedForCatalogue = { provider: 'main', type: 'openai', model: { id: 'gpt-4' } }

describe('toCatalogueEntry', () => {
  it('fills in what is publicly known', () => {
    expect(toCatalogueEntry(gpt4)).toEqual({
      id: 'gpt-4',
      name: 'GPT-4',
      provider: 'main',
      description: 'The original GPT-4.',
      contextLength: 8_192,
      maxOutputTokens: 4_096,
      supportsChat: true,
      inputCostUsd: 0.03,
      outputCostUsd: 0.06,
      capabilities: expect.arrayContaining(['chat', 'tools']) as unknown,
      available: true,
      source: 'openai.com/api/pricing, by litellm 1.110.2',
      updatedAt: '2026-11-30',
    })
  })

  it('believes the provider before the tables', () => {
    const model = { id: 'gpt-4', name: 'Four', description: 'Ours.', contextLength: 1_000, maxOutputTokens: 10, capabilities: ['vision'] }
    const entry = toCatalogueEntry({ ...gpt4, model })
    expect(entry).toMatchObject({ name: 'Four', description: 'Ours.', contextLength: 1_000, maxOutputTokens: 10 })
    expect(entry.capabilities).toEqual(expect.arrayContaining(['chat', 'tools', 'vision']))
  })

  it('believes the configuration before anybody', () => {
    const overrides = {
      name: 'Mine',
      contextLength: 5,
      inputUsdPerMillion: 1,
      outputUsdPerMillion: 2,
      capabilities: ['chat', 'function_calling'],
    }
    const entry = toCatalogueEntry({ ...gpt4, model: { id: 'gpt-4', contextLength: 1_000 }, overrides })
    expect(entry).toMatchObject({ name: 'Mine', contextLength: 5, inputCostUsd: 0.000001 * 1_000, outputCostUsd: 0.002 })
    expect(entry).toMatchObject({ capabilities: ['chat', 'tools'], source: 'configuration' })
    expect(entry.updatedAt).toBeUndefined()
  })

  it('takes a configuration that says nothing for none', () => {
    const overrides = { name: undefined, inputUsdPerMillion: undefined }
    expect(toCatalogueEntry({ ...gpt4, overrides })).toEqual(toCatalogueEntry(gpt4))
  })

  it('says of an unknown model only what the provider said', () => {
    expect(toCatalogueEntry({ provider: 'local', type: 'openai_compatible', model: { id: 'qwen3' }, available: false })).toEqual({
      id: 'qwen3',
      name: 'qwen3',
      provider: 'local',
      description: undefined,
      contextLength: undefined,
      maxOutputTokens: undefined,
      supportsChat: true,
      inputCostUsd: null,
      outputCostUsd: null,
      capabilities: ['chat'],
      available: false,
      source: 'provider',
    })
  })

  it('tells free from unknown', () => {
    expect(toCatalogueEntry({ provider: 'demo', type: 'demo', model: { id: 'echo' } })).toMatchObject({ inputCostUsd: 0, outputCostUsd: 0 })
  })

  it.each([
    { type: 'openai', id: 'text-embedding-3-small', chats: false },
    { type: 'openai', id: 'gpt-3.5-turbo-instruct', chats: false },
    { type: 'openai', id: 'whisper-1', chats: false },
    { type: 'openai', id: 'dall-e-3', chats: false },
    { type: 'openai', id: 'gpt-7', chats: true },
    { type: 'ollama', id: 'nomic-embed-text', chats: false },
    { type: 'ollama', id: 'llama3.2:3b', chats: true },
    { type: 'cohere', id: 'command-zz', capabilities: ['chat', 'generate'], chats: true },
    { type: 'cohere', id: 'rerank-v9', capabilities: ['rerank'], chats: false },
    { type: 'gemini', id: 'gemini-9', capabilities: ['embeddings'], chats: false },
  ])('knows whether $type $id chats', ({ type, id, capabilities, chats }) => {
    expect(toCatalogueEntry({ provider: type, type, model: { id, capabilities } }).supportsChat).toBe(chats)
  })
})

describe('catalogueOf', () => {
  it('shows a model that is listed twice once, as it was listed first', () => {
    const entries = catalogueOf([gpt4, { ...gpt4, available: false }, { ...gpt4, provider: 'other' }])
    expect(entries.map(({ provider, available }) => ({ provider, available }))).toEqual([
      { provider: 'main', available: true },
      { provider: 'other', available: true },
    ])
  })
})

describe('the public models', () => {
  it('are known for every vendor, and for nobody else', () => {
    for (const type of publicTypes) expect(publicModelIds(type).length, type).toBeGreaterThan(0)
    expect(publicModelIds('openai_compatible')).toEqual([])
    expect(publicModelIds('constructor')).toEqual([])
  })
})

describe('toCapability', () => {
  it.each([
    ['function_calling', 'tools'],
    [' Embed ', 'embeddings'],
    ['vision', 'vision'],
    ['constructor', 'constructor'],
  ])('of %s is %s', (word, capability) => {
    expect(toCapability(word)).toBe(capability)
  })
})
