import type { SourceList } from '../parse-list.ts'

/** Written by `node tooling/catalogue/build.mjs`: facts of litellm 1.110.2 (MIT). `parse-list.ts` says what stands where. */
export const jinaList: SourceList = {
  source: 'litellm 1.110.2',
  updatedAt: '2026-11-30',
  rows: `
jina-reranker-m0;10240;;k;.05,,,,0
jina-reranker-v2-base-multilingual;1024;;k;.05,,,,0
jina-reranker-v3.5;131072;;k;.05,,,,0
`,
}
