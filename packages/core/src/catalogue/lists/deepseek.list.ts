import type { SourceList } from '../parse-list.ts'

/** Written by `node tooling/catalogue/build.mjs`: facts of litellm 1.110.2 (MIT). `parse-list.ts` says what stands where. */
export const deepseekList: SourceList = {
  source: 'litellm 1.110.2',
  updatedAt: '2026-11-30',
  rows: `
deepseek-chat;131072;8192;ctjsp;.28,.028,,,.42
deepseek-coder;128000;4096;ctp;.14,.014,,,.28
deepseek-flash,deepseek-v4-flash,deepseek-v4-flash-vision-exp;1000000;393216;cvtjsrp;.3,.006,,,1.2
deepseek-r1;65536;8192;ctrp;.55,.14,,,2.19
deepseek-reasoner;131072;65536;cjsrp;.28,.028,,,.42
deepseek-v3.2;163840;;ctrp;.28,.028,,,.4
deepseek-v3;65536;8192;ctp;.27,.07,,,1.1
deepseek-v4-pro;1000000;393216;ctjsrp;1.32,.044,,,3.96
`,
}
