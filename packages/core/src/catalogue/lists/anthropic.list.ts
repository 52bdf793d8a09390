import type { SourceList } from '../parse-list.ts'

/** Written by `node tooling/catalogue/build.mjs`: facts of litellm 1.110.2 (MIT). `parse-list.ts` says what stands where. */
export const anthropicList: SourceList = {
  source: 'litellm 1.110.2',
  updatedAt: '2026-11-30',
  rows: `
claude-fable-5,claude-mythos-5;1000000;128000;cvtjsrp;10,1,12.5,20,50,,,,,,,10000 *us:1.1 @batch:5,.5,6.25,10,25
claude-fable-5-1,claude-mythos-5-1;1000000;128000;cvtjsrp;10,.25,12.5,20,50,,,,,,,10000 *us:1.1 @batch:5,.125,6.25,10,25
claude-haiku-4-5;200000;64000;cvtjsrp;1,.1,1.25,2,5 @batch:.5,.05,.625,1,2.5
claude-haiku-5-5;1000000;128000;cvtjsrp;.1,.01,.125,.2,.5,,,,,,,10000 >100000:.5,.05,.625,1,2.5 *us:1.1 @batch:.05,.005,.0625,.1,.25 >100000:.25,.025,.3125,.5,1.25
claude-mythos-preview;1000000;128000;cvtjsrp;10,1,12.5,20,50,,,,,,,10000 *us:1.1
claude-opus-4-5;200000;64000;cvtjsrp;5,.5,6.25,10,25,,,,,,,10000 @batch:2.5,.25,3.125,5,12.5
claude-opus-4-6,claude-opus-4-7;1000000;128000;cvtjsrp;5,.5,6.25,10,25,,,,,,,10000 *us:1.1 @batch:2.5,.25,3.125,5,12.5
claude-opus-5,claude-opus-4-8;1000000;128000;cvtjsrp;5,.5,6.25,10,25,,,,,,,10000 *us:1.1 *fast:2 @batch:2.5,.25,3.125,5,12.5
claude-opus-5-5;1000000;128000;cvtjsrp;4,.2,5,8,20,,,,,,,10000 *us:1.1 *fast:2 @batch:2,.1,2.5,4,10
claude-sonnet-4-5;200000;64000;cvtjsrp;3,.3,3.75,6,15,,,,,,,10000 @batch:1.5,.15,1.875,3,7.5
claude-sonnet-4-6;1000000;128000;cvtjsrp;3,.3,3.75,6,15,,,,,,,10000 *us:1.1 @batch:1.5,.15,1.875,3,7.5
claude-sonnet-5-5;1000000;128000;cvtjsrp;2,.1,2.5,4,10,,,,,,,10000 *us:1.1 @batch:1,.05,1.25,2,5
claude-sonnet-5;1000000;128000;cvtjsrp;2,.2,2.5,4,10,,,,,,,10000 *us:1.1 @batch:1,.1,1.25,2,5
`,
}
