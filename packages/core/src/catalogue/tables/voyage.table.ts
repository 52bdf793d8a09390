import type { VendorTable } from '../model-row.ts'

/** Dollars per million tokens. Facts by way of LiteLLM's price list (MIT), release 1.110.2. */
export const voyageTable: VendorTable = {
  source: 'docs.voyageai.com/docs/pricing',
  updatedAt: '2026-11-30',
  models: [
    { id: 'rerank-3', name: 'Rerank 3', description: 'Rerank of the third generation, billed by token.', capabilities: ['rerank'] },
    { id: 'rerank-3-lite', name: 'Rerank 3 Lite', description: 'Smaller rerank of the third generation.', capabilities: ['rerank'] },
    { id: 'rerank-2.5', name: 'Rerank 2.5', description: 'Rerank that follows instructions.', capabilities: ['rerank'] },
    { id: 'rerank-2.5-lite', name: 'Rerank 2.5 Lite', description: 'Smaller rerank that follows instructions.', capabilities: ['rerank'] },
    { id: 'rerank-2', name: 'Rerank 2', description: 'Multilingual rerank of the second generation.', capabilities: ['rerank'] },
    { id: 'rerank-2-lite', name: 'Rerank 2 Lite', description: 'Smaller rerank of the second generation.', capabilities: ['rerank'] },
    { id: 'voyage-4-large', name: 'Voyage 4 Large', description: 'Most accurate embeddings of Voyage.', capabilities: ['embeddings'] },
    { id: 'voyage-4', name: 'Voyage 4', description: 'General embeddings of the fourth generation.', capabilities: ['embeddings'] },
    { id: 'voyage-4-lite', name: 'Voyage 4 Lite', description: 'Cheap embeddings of the fourth generation.', capabilities: ['embeddings'] },
    { id: 'voyage-code-4', name: 'Voyage Code 4', description: 'Embeddings of code.', capabilities: ['embeddings'] },
    {
      id: 'voyage-3-large',
      name: 'Voyage 3 Large',
      description: 'Large embeddings of the third generation.',
      capabilities: ['embeddings'],
    },
    { id: 'voyage-3.5', name: 'Voyage 3.5', description: 'General embeddings, revised third generation.', capabilities: ['embeddings'] },
    {
      id: 'voyage-3.5-lite',
      name: 'Voyage 3.5 Lite',
      description: 'Cheap embeddings, revised third generation.',
      capabilities: ['embeddings'],
    },
    { id: 'voyage-code-3', name: 'Voyage Code 3', description: 'Embeddings of code, third generation.', capabilities: ['embeddings'] },
    { id: 'voyage-finance-2', name: 'Voyage Finance 2', description: 'Embeddings of financial texts.', capabilities: ['embeddings'] },
    { id: 'voyage-law-2', name: 'Voyage Law 2', description: 'Embeddings of legal texts.', capabilities: ['embeddings'] },
  ],
}
