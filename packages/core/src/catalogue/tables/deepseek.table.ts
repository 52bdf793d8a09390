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
      capabilities: ['chat', 'tools', 'json_mode', 'json_schema', 'reasoning', 'prompt_caching'],
    },
    {
      id: 'deepseek-v4-flash',
      name: 'DeepSeek V4 Flash',
      description: 'Cheap reasoning model with a million tokens of context; peak price.',
      capabilities: ['chat', 'vision', 'tools', 'json_mode', 'json_schema', 'reasoning', 'prompt_caching'],
    },
    {
      id: 'deepseek-chat',
      name: 'DeepSeek Chat',
      description: 'DeepSeek V3.2 without reasoning.',
      capabilities: ['chat', 'tools', 'json_mode', 'json_schema', 'prompt_caching'],
    },
    {
      id: 'deepseek-reasoner',
      name: 'DeepSeek Reasoner',
      description: 'DeepSeek V3.2 that reasons before it answers.',
      capabilities: ['chat', 'json_mode', 'json_schema', 'reasoning', 'prompt_caching'],
    },
  ],
}
