import type { SourceList } from '../parse-list.ts'

/** Written by `node tooling/catalogue/build.mjs`: facts of litellm 1.110.2 (MIT). `parse-list.ts` says what stands where. */
export const cohereList: SourceList = {
  source: 'litellm 1.110.2',
  updatedAt: '2026-11-30',
  rows: `
c4ai-aya-expanse-32b;128000;4000;c;.5,,,,1.5
command-a-03-2025;256000;8000;ct;2.5,,,,10
command-nightly;4096;;l;1,,,,2
command-r-08-2024;128000;4096;ct;.15,,,,.6
command-r-plus-08-2024;128000;4096;ct;2.5,,,,10
command-r7b-12-2024;128000;4096;ct;.0375,,,,.15
embed-english-light-v3.0,embed-english-v3.0,embed-multilingual-v3.0;512;;e;.1,,,,0
embed-multilingual-light-v3.0;512;;e;100,,,,0
embed-v4.0;128000;;e;.12,,,,0,,,,.47
embed-v5.0-fast;128000;;e;.08,,,,0
embed-v5.0-pro;128000;;e;.12,,,,0
rerank-english-v3.0,rerank-multilingual-v3.0,rerank-v3.5;4096;;k;0,,,,0,,,,,,2000
rerank-v4.0-fast;32768;;k;0,,,,0,,,,,,2000
rerank-v4.0-pro;32768;;k;0,,,,0,,,,,,2500
rerank-v5.0-fast;32768;;k;.02,,,,0
rerank-v5.0-pro;32768;;k;.05,,,,0
`,
}
