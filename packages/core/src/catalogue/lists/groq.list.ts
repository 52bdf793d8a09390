import type { SourceList } from '../parse-list.ts'

/** Written by `node tooling/catalogue/build.mjs`: facts of litellm 1.110.2 (MIT). `parse-list.ts` says what stands where. */
export const groqList: SourceList = {
  source: 'litellm 1.110.2',
  updatedAt: '2026-11-30',
  rows: `
meta-llama/llama-prompt-guard-2-22m;512;;c;.03,,,,.03
meta-llama/llama-prompt-guard-2-86m;512;;c;.04,,,,.04
openai/gpt-oss-120b;131072;65536;ctjsrp;.15,.075,,,.6,,,,,,,5000
openai/gpt-oss-20b;131072;65536;ctjsrp;.075,.0375,,,.3,,,,,,,5000
openai/gpt-oss-safeguard-20b;131072;65536;ctjsrp;.075,.037,,,.3,,,,,,,5000
qwen/qwen3.8-27b;131072;16384;cvtjsr;.8,,,,4
`,
}
