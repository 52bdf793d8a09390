import type { SourceList } from '../parse-list.ts'

/** Written by `node tooling/catalogue/build.mjs`: facts of litellm 1.110.2 (MIT). `parse-list.ts` says what stands where. */
export const mistralList: SourceList = {
  source: 'litellm 1.110.2',
  updatedAt: '2026-11-30',
  rows: `
codestral-2508,codestral-latest,mistral-code-latest,mistral-code-fim-latest;128000;;ctjs;.3,.03,,,.9
codestral-embed,codestral-embed-2505;8192;;e;.15,.015,,,0
codestral-mamba-latest;256000;;c;.25,.025,,,.25
deepseek-v4-1-flash-1017;1048576;131072;cvtjsrp;.3,.007,,,1.2
devstral-latest,devstral-medium-latest,mistral-code-agent-latest;256000;;ctjsr;.4,.04,,,2
devstral-small-latest;256000;;ctjsr;.1,.01,,,.3
magistral-small-latest,mistral-small-latest,mistral-small-2603,mistral-vibe-cli-fast;262144;;cvtjsr;.15,.015,,,.6
ministral-14b-2512,ministral-14b-latest,ministral-3-14b-2512;262144;;cvtjs;.2,.02,,,.2
ministral-3-8b-2512,ministral-8b-2512,ministral-8b-latest;262144;;cvtjs;.15,.015,,,.15
ministral-3b-2512,ministral-3b-latest,ministral-3-3b-2512;131072;;cvtjs;.1,.01,,,.1
mistral-embed-2312,mistral-embed;8192;;e;.1,,,,0
mistral-large-4,mistral-large-4-0;1048576;;cvtjsrp;.7,.07,,,2.1
mistral-large-latest,mistral-large-3,mistral-large-2512;262144;;cvtjs;.5,.05,,,1.5
mistral-medium-3,magistral-medium-latest,mistral-medium,mistral-medium-2604,mistral-medium-3-5,mistral-medium-3.5,mistral-vibe-cli-latest,mistral-vibe-cli-with-tools;262144;;cvtjsr;1.5,.15,,,7.5
mistral-moderation-2603;131072;;m;0,,,,0
mistral-small;32000;8191;ctjsr;.1,.01,,,.3
mistral-tiny;32000;8191;cjs;.25,.025,,,.25
open-mistral-nemo;128000;;cjs;.3,.03,,,.3
pixtral-large-latest;128000;;cvtjs;2,.2,,,6
voxtral-small-2507,voxtral-small-latest;32768;;ctjsa;.1,.01,,,.4
zai-glm-5-2,zai-glm-5-3,zai-glm-5,zai-glm-latest,glm-5-2;1048576;131072;ctjsrp;1.4,.14,,,4.4
zai-glm-5-3-flash;1048576;131072;cvtjsrp;.15,.03,,,.5
`,
}
