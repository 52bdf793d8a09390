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
      contextLength: 200_000,
      maxOutputTokens: 64_000,
      capabilities: ['chat', 'vision', 'tools', 'json_mode', 'json_schema', 'reasoning', 'prompt_caching'],
      usd: {
        input: 3,
        cachedInput: 0.3,
        cacheWrite: 3.75,
        cacheWriteOneHour: 6,
        output: 15,
        longContext: [{ aboveInputTokens: 200_000, input: 6, cachedInput: 0.6, cacheWrite: 7.5, cacheWriteOneHour: 12, output: 22.5 }],
        batch: {
          input: 1.5,
          cachedInput: 0.15,
          cacheWrite: 1.88,
          output: 7.5,
          longContext: [{ aboveInputTokens: 200_000, input: 3.0, cachedInput: 0.3, cacheWrite: 3.75, output: 11.25 }],
        },
      },
    },
    {
      id: 'claude-3-5-haiku',
      name: 'Claude 3.5 Haiku',
      description: 'Small Claude of 2024.',
      contextLength: 200_000,
      maxOutputTokens: 8192,
      capabilities: ['chat', 'vision', 'tools', 'json_mode', 'json_schema', 'prompt_caching'],
      usd: { input: 1, output: 5 },
    },
  ],
}
