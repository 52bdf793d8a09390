import type { SourceList } from '../parse-list.ts'

/** Written by `node tooling/catalogue/build.mjs`: facts of litellm 1.110.2 (MIT). `parse-list.ts` says what stands where. */
export const grokList: SourceList = {
  source: 'litellm 1.110.2',
  updatedAt: '2026-11-30',
  rows: `
grok-4.20-0309-non-reasoning,grok-4.20-non-reasoning;1000000;;cvtjsp;1.25,.2,,,2.5 >200000:2.5,.4,,,5 @batch:1,.16,,,2 >200000:2,.32,,,4
grok-4.20-0309-reasoning,grok-4.3,grok-4.20,grok-4.20-reasoning,grok-4.20-0309;1000000;;cvtjsrp;1.25,.2,,,2.5 >200000:2.5,.4,,,5 @batch:1,.16,,,2 >200000:2,.32,,,4
grok-4.20-beta-0309-non-reasoning,grok-4.20-beta-latest-non-reasoning,grok-4.20-beta-non-reasoning,grok-4.20-experimental-beta-0304-non-reasoning,grok-4.20-experimental-beta-non-reasoning-latest,grok-4.20-non-reasoning-gv2;1000000;;cvtjsp;1.25,.2,,,2.5 >200000:2.5,.4,,,5
grok-4.20-multi-agent-0309,grok-4.20-multi-agent;1000000;;cvjsrp;1.25,.2,,,2.5 >200000:2.5,.4,,,5 @batch:1,.16,,,2 >200000:2,.32,,,4
grok-4.20-multi-agent-beta-0309,grok-4.20-beta-0309-reasoning,grok-4.20-beta,grok-4.20-beta-0309,grok-4.20-beta-latest-reasoning,grok-4.20-beta-reasoning,grok-4.20-experimental-beta-0304,grok-4.20-experimental-beta-0304-reasoning,grok-4.20-experimental-beta-latest,grok-4.20-experimental-beta-reasoning-latest,grok-4.20-reasoning-gv2;1000000;;cvtjsrp;1.25,.2,,,2.5 >200000:2.5,.4,,,5
grok-4.20-multi-agent-beta-latest,grok-4.20-multi-agent-experimental-beta-0304,grok-4.20-multi-agent-experimental-beta-latest;1000000;;cvjsrp;1.25,.2,,,2.5 >200000:2.5,.4,,,5
grok-4.5,grok-build-latest;500000;;cvtjsrp;2,.3,,,6 >200000:4,.6,,,12
grok-4.6;500000;;cvtjsrp;2,.5,,,6 >200000:4,1,,,12
grok-4.7;500000;;cvtjsrp;2,.5,,,6 >200000:4,1,,,12 @batch:1.6,.4,,,4.8 >200000:3.2,.8,,,9.6
grok-build-0.1,grok-code-fast,grok-code-fast-1,grok-code-fast-1-0825;256000;;cvtjsrp;1,.2,,,2 >200000:2,.4,,,4
`,
}
