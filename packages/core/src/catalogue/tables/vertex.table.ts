import type { VendorTable } from '../model-row.ts'

/** Dollars per million tokens. Facts by way of LiteLLM's price list (MIT), releases 1.110.2 and, for withdrawn models, 1.90.7 and 1.80.0. */
export const vertexTable: VendorTable = {
  source: 'cloud.google.com/vertex-ai/generative-ai/pricing',
  updatedAt: '2026-11-25',
  models: [
    {
      id: 'claude-sonnet-4-5',
      aliases: ['claude-4-5-sonnet'],
      name: 'Claude Sonnet 4.5',
      description: 'Mid-sized Claude, strong at coding and computer use.',
      capabilities: ['chat', 'vision', 'tools', 'json_mode', 'json_schema', 'reasoning', 'prompt_caching'],
    },
    {
      id: 'claude-3-5-haiku',
      name: 'Claude 3.5 Haiku',
      description: 'Small Claude of 2024.',
      capabilities: ['chat', 'vision', 'tools', 'json_mode', 'json_schema', 'prompt_caching'],
    },
  ],
}
