import type { VendorTable } from '../model-row.ts'

/** Dollars per million tokens. Facts by way of LiteLLM's price list (MIT), release 1.110.2. */
export const togetherTable: VendorTable = {
  source: 'api.together.ai/v1/models',
  updatedAt: '2026-11-30',
  models: [
    {
      id: 'Salesforce/Llama-Rank-V1',
      name: 'Llama Rank',
      description: 'Rerank of Salesforce, billed by token.',
      contextLength: 8192,
      capabilities: ['rerank'],
      usd: { input: 0.1, output: 0 },
    },
    {
      id: 'BAAI/bge-base-en-v1.5',
      name: 'BGE Base English',
      description: 'English embeddings of BAAI.',
      contextLength: 512,
      capabilities: ['embeddings'],
      usd: { input: 0.008, output: 0 },
    },
  ],
}
