import type { VendorTable } from '../model-row.ts'

/** Dollars per million tokens. Facts by way of LiteLLM's price list (MIT), releases 1.110.2 and, for withdrawn models, 1.90.7 and 1.80.0. */
export const azureOpenaiTable: VendorTable = {
  source: 'azure.microsoft.com/pricing/details/cognitive-services/openai-service',
  updatedAt: '2026-11-25',
  models: [
    {
      id: 'gpt-5.5-pro',
      name: 'GPT-5.5 Pro',
      description: 'GPT-5.5 with far more computation per answer.',
      capabilities: ['chat', 'vision', 'tools', 'reasoning'],
    },
    {
      id: 'gpt-5.4-pro',
      name: 'GPT-5.4 Pro',
      description: 'GPT-5.4 with far more computation per answer.',
      capabilities: ['chat', 'vision', 'tools', 'reasoning'],
    },
    {
      id: 'gpt-audio',
      name: 'GPT Audio',
      description: 'Hears and speaks through Chat Completions; follows GPT-4o Audio.',
      capabilities: ['chat', 'tools', 'audio'],
    },
    {
      id: 'gpt-4-turbo',
      aliases: ['gpt-4-turbo-preview'],
      name: 'GPT-4 Turbo',
      description: 'GPT-4 with a long context, at a third of its price.',
      capabilities: ['chat', 'vision', 'tools', 'json_mode'],
    },
    {
      id: 'text-embedding-3-large',
      name: 'Text Embedding 3 large',
      description: 'Most accurate embeddings of OpenAI, up to 3,072 dimensions.',
      capabilities: ['embeddings'],
    },
    {
      id: 'text-embedding-3-small',
      name: 'Text Embedding 3 small',
      description: 'Cheap embeddings, up to 1,536 dimensions.',
      capabilities: ['embeddings'],
    },
    {
      id: 'text-embedding-ada-002',
      aliases: ['text-embedding-ada-002-v2'],
      name: 'Text Embedding Ada 002',
      description: 'Embeddings of the second generation.',
      capabilities: ['embeddings'],
    },
    {
      id: 'grok-4-1-fast-non-reasoning',
      name: 'Grok 4.1 Fast Non-reasoning',
      description: 'Cheap Grok that answers at once, served by Azure.',
      capabilities: ['chat', 'tools', 'json_mode', 'json_schema'],
    },
    {
      id: 'grok-4-1-fast-reasoning',
      name: 'Grok 4.1 Fast',
      description: 'Cheap reasoning Grok, served by Azure.',
      capabilities: ['chat', 'tools', 'json_mode', 'json_schema', 'reasoning'],
    },
    {
      id: 'Cohere-embed-v3-english',
      name: 'Embed 3 English',
      description: 'English embeddings of Cohere, served by Azure.',
      capabilities: ['embeddings', 'vision'],
    },
    {
      id: 'Cohere-embed-v3-multilingual',
      name: 'Embed 3 Multilingual',
      description: 'Multilingual embeddings of Cohere, served by Azure.',
      capabilities: ['embeddings', 'vision'],
    },
  ],
}
