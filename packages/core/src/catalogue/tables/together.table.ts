import type { VendorTable } from '../model-row.ts'

/** Dollars per million tokens. Facts by way of LiteLLM's price list (MIT), release 1.110.2. */
export const togetherTable: VendorTable = {
  source: 'api.together.ai/v1/models',
  updatedAt: '2026-11-30',
  models: [
    { id: 'Salesforce/Llama-Rank-V1', name: 'Llama Rank', description: 'Rerank of Salesforce, billed by token.', capabilities: ['rerank'] },
    { id: 'BAAI/bge-base-en-v1.5', name: 'BGE Base English', description: 'English embeddings of BAAI.', capabilities: ['embeddings'] },
  ],
}
