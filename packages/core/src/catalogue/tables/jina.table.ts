import type { VendorTable } from '../model-row.ts'

/** Dollars per million tokens. Facts by way of LiteLLM's price list (MIT), release 1.110.2. */
export const jinaTable: VendorTable = {
  source: 'api.jina.ai/v1/models',
  updatedAt: '2026-11-30',
  models: [
    {
      id: 'jina-reranker-v3.5',
      name: 'Jina Reranker 3.5',
      description: 'Rerank with a long context, billed by token.',
      capabilities: ['rerank'],
    },
    { id: 'jina-reranker-m0', name: 'Jina Reranker m0', description: 'Rerank of texts and images.', capabilities: ['rerank'] },
    {
      id: 'jina-reranker-v2-base-multilingual',
      name: 'Jina Reranker 2',
      description: 'Multilingual rerank of the second generation.',
      capabilities: ['rerank'],
    },
  ],
}
