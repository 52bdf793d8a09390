import type { VendorTable } from '../model-row.ts'

/** Dollars per million tokens. Facts by way of LiteLLM's price list (MIT), releases 1.110.2 and, for withdrawn models, 1.90.7 and 1.80.0. */
export const deepseekTable: VendorTable = {
  source: 'api-docs.deepseek.com/quick_start/pricing',
  updatedAt: '2026-11-25',
  models: [
    {
      id: 'deepseek-v4-pro',
      name: 'DeepSeek V4 Pro',
      description: 'Large reasoning model with a million tokens of context; peak price.',
      contextLength: 1_000_000,
      maxOutputTokens: 393_216,
      capabilities: ['chat', 'tools', 'json_mode', 'json_schema', 'reasoning', 'prompt_caching'],
      usd: { input: 1.32, cachedInput: 0.044, output: 3.96 },
    },
    {
      id: 'deepseek-v4-flash',
      aliases: ['deepseek-flash'],
      name: 'DeepSeek V4 Flash',
      description: 'Cheap reasoning model with a million tokens of context; peak price.',
      contextLength: 1_000_000,
      maxOutputTokens: 393_216,
      capabilities: ['chat', 'vision', 'tools', 'json_mode', 'json_schema', 'reasoning', 'prompt_caching'],
      usd: { input: 0.3, cachedInput: 0.006, output: 1.2 },
    },
    {
      id: 'deepseek-chat',
      name: 'DeepSeek Chat',
      description: 'DeepSeek V3.2 without reasoning.',
      contextLength: 131_072,
      maxOutputTokens: 8192,
      capabilities: ['chat', 'tools', 'json_mode', 'json_schema', 'prompt_caching'],
      usd: { input: 0.28, cachedInput: 0.028, output: 0.42 },
    },
    {
      id: 'deepseek-reasoner',
      name: 'DeepSeek Reasoner',
      description: 'DeepSeek V3.2 that reasons before it answers.',
      contextLength: 131_072,
      maxOutputTokens: 65_536,
      capabilities: ['chat', 'json_mode', 'json_schema', 'reasoning', 'prompt_caching'],
      usd: { input: 0.28, cachedInput: 0.028, output: 0.42 },
    },
  ],
}
