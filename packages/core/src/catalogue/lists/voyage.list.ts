import type { SourceList } from '../parse-list.ts'

/** Written by `node tooling/catalogue/build.mjs`: facts of litellm 1.110.2 (MIT). `parse-list.ts` says what stands where. */
export const voyageList: SourceList = {
  source: 'litellm 1.110.2',
  updatedAt: '2026-11-30',
  rows: `
rerank-1;8000;;k;.05,,,,0
rerank-2-lite;8000;;k;.02,,,,0
rerank-2.5,rerank-3;32000;;k;.05,,,,0
rerank-2.5-lite,rerank-3-lite;32000;;k;.02,,,,0
rerank-2;16000;;k;.05,,,,0
rerank-lite-1;4000;;k;.02,,,,0
voyage-2,voyage-lite-01,voyage-lite-02-instruct;4000;;e;.1,,,,0
voyage-3,voyage-3.5,voyage-4;32000;;e;.06,,,,0
voyage-3-large,voyage-code-3;32000;;e;.18,,,,0
voyage-3-lite,voyage-3.5-lite,voyage-4-lite;32000;;e;.02,,,,0
voyage-code-2,voyage-large-2,voyage-large-2-instruct,voyage-law-2;16000;;e;.12,,,,0
voyage-context-3;120000;;e;.18,,,,0
voyage-context-4;120000;;e;.12,,,,0
voyage-multilingual-2,voyage-finance-2,voyage-multimodal-3,voyage-4-large,voyage-code-4,voyage-multimodal-3.5;32000;;e;.12,,,,0
`,
}
