import type { SourceList } from '../parse-list.ts'

/** Written by `node tooling/catalogue/build.mjs`: facts of litellm 1.110.2 (MIT). `parse-list.ts` says what stands where. */
export const geminiList: SourceList = {
  source: 'litellm 1.110.2',
  updatedAt: '2026-11-30',
  rows: `
deep-research-preview-04-2026,deep-research-max-preview-04-2026;1048576;65536;cv;2,,,,12,,,,,,,35000 !once @batch:1,,,,6
deep-research-pro-preview-12-2025;1048576;65536;cvjsp;2,,,,12,,,,,,,35000 !once @batch:1,,,,6
gemini-2.5-computer-use-preview-10-2025;128000;64000;cvt;1.25,,,,10 >200000:2.5,,,,15
gemini-2.5-flash-image;65536;32768;cvpi;.3,.03,,,2.5,,1,,,30,,35000 !once @batch:.15,,,,1.25 @flex:.15,,,,1.25 @priority:.54,,,,4.5
gemini-2.5-flash-lite;1048576;65536;cvtjsrap;.1,.01,,,.4,,.3,,,,,35000 !once @batch:.05,.01,,,.2,,.15 @flex:.05,.01,,,.2,,.15 @priority:.18,.018,,,.72,,.54
gemini-2.5-flash;1048576;65536;cvtjsrap;.3,.03,,,2.5,,1,,,,,35000 !once @batch:.15,.03,,,1.25,,.5 @flex:.15,.03,,,1.25,,.5 @priority:.54,.054,,,4.5,,1.8
gemini-2.5-pro-preview-tts;8192;16384;cp;1,.125,,,20,,.7,,,,,35000 !once @batch:.5,,,,10
gemini-2.5-pro;1048576;65536;cvtjsrap;1.25,.125,,,10,,,,,,,35000 >200000:2.5,.25,,,15 !once @batch:.625,.125,,,5 >200000:1.25,.25,,,7.5 @flex:.625,.125,,,5 >200000:1.25,.25,,,7.5 @priority:2.25,.225,,,18 >200000:4.5,.45,,,27
gemini-3-flash-preview;1048576;65536;cvtjsrap;.5,.05,,,3,,1,,,,,14000 @batch:.25,.05,,,1.5,,.5 @flex:.25,.05,,,1.5,,.5 @priority:.9,.09,,,5.4,,1.8
gemini-3-pro-image-preview;131072;32768;cvpi;2,,,,12,,,,,120,,14000 @batch:1,,,,6 @flex:1,,,,6 @priority:3.6,,,,21.6
gemini-3-pro-image;65536;32768;cvri;2,,,,12,,,,,120,,14000 @batch:1,,,,6,,,,,60 @flex:1,,,,6 @priority:3.6,,,,21.6
gemini-3.1-flash-image-preview;65536;;cvpi;.5,,,,3,,,,,60,,14000 @batch:.25,,,,1.5
gemini-3.1-flash-image;131072;32768;cvri;.5,,,,3,,,,,60,,14000 @batch:.25,,,,1.5,,,,,30
gemini-3.1-flash-lite-image;65536;4096;cvri;.25,,,,1.5,,,,,30 @batch:.125,,,,.75,,,,,15
gemini-3.1-flash-lite-preview;1048576;65536;cvtjsrap;.25,.025,,,1.5,,.5,,,,,14000 @batch:.125,.0125,,,.75,,.25 @flex:.125,.0125,,,.75 @priority:.45,.045,,,2.7
gemini-3.1-flash-lite;1048576;65536;cvtjsrap;.25,.025,,,1.5,,.5,,,,,14000 @batch:.125,.0125,,,.75,,.25 @flex:.125,.0125,,,.75,,.25 @priority:.45,.045,,,2.7,,.9
gemini-3.1-pro-preview,gemini-3.1-pro-preview-customtools;1048576;65536;cvtjsrap;2,.2,,,12,,,,,,,14000 >200000:4,.4,,,18 @batch:1,.2,,,6 >200000:2,.4,,,9 @flex:1,.2,,,6 >200000:2,.4,,,9 @priority:3.6,.36,,,21.6 >200000:7.2,.72,,,32.4
gemini-3.5-flash-lite;1048576;65536;cvtjsrap;.3,.03,,,2.5,,,,,,,14000 @batch:.15,.015,,,1.25 @flex:.15,.02,,,1.25 @priority:.54,.05,,,4.5
gemini-3.5-flash;1048576;65536;cvtjsrap;1.5,.15,,,9,,,,,,,14000 @batch:.75,.075,,,4.5 @flex:.75,.08,,,4.5 @priority:2.7,.27,,,16.2
gemini-3.6-flash,gemini-3.7-flash,gemini-3.8-flash;1048576;65536;cvtjsrap;.75,.075,,,3.75,,,,,,,14000 @batch:.375,.0375,,,1.875 @flex:.375,.0375,,,1.875 @priority:1.35,.135,,,6.75
gemini-4-argon;1048576;;cvtjsrap;2,.1,,,10,,,,,,,14000 @batch:1,.05,,,5 @flex:1,.05,,,5 @priority:3.6,.18,,,18
gemini-4-hydrogen;1048576;;cvtjsrap;1.5,.075,,,7.5,,,,,,,14000 @batch:.75,.0375,,,3.75 @flex:.75,.0375,,,3.75 @priority:2.7,.135,,,13.5
gemini-embedding-001;2048;;e;.15,,,,0 @batch:.075
gemini-embedding-2,gemini-embedding-2-preview;8192;;e;.2,,,,0,,6.5,,.45 @batch:.1,,,,,,3.25,,.225
gemini-exp-1206;1048576;65535;cvtjsrp;.3,.03,,,2.5,,1,,,,,35000 !once
gemini-flash-latest;1048576;65536;cvtjsrap;.75,.075,,,3.75,,,,,,,14000 @batch:.375,,,,1.875 @flex:.375,.0375,,,1.875 @priority:1.35,.135,,,6.75
gemini-flash-lite-latest;1048576;65536;cvtjsrap;.3,.03,,,2.5,,,,,,,14000 @batch:.15,,,,1.25 @flex:.15,.02,,,1.25 @priority:.54,.05,,,4.5
gemini-gemma-2-27b-it,gemini-gemma-2-9b-it;8192;;cvt;.35,,,,1.05
gemini-nano-banana-2.1;131072;32768;cvri;1.5,,,,7.5,,,,,30,,14000 @batch:.75,,,,3.75,,,,,15
gemini-omni-1.2-flash;131072;65536;cvr;1.5,,,,9
gemini-omni-flash-preview,gemini-omni-1.1-flash;131072;65536;cvra;1.5,,,,9
gemini-pro-latest;1048576;65536;cvtjsrap;2,.2,,,12,,,,,,,14000 >200000:4,.4,,,18 @batch:1,,,,6 @flex:1,.2,,,6 @priority:3.6,.36,,,21.6 >200000:7.2,.72,,,32.4
gemini-robotics-er-2-preview;131072;65536;cvtjsrap;1,.1,,,5,,,,,,,14000 @batch:.5,.05,,,2.5
gemini-robotics-er-2-streaming-preview;131072;65536;cvtra;1,,,,5,,,,,,,14000
gemma-3-27b-it;131072;8192;cvtjs;0,,,,0
gemma-4-26b-a4b-it,gemma-4-31b-it;262144;32768;cvtjsr;0,,,,0
nano-banana-pro-preview;131072;32768;cvjspi;2,,,,12,,,,,120,,14000 @batch:1,,,,6 @flex:1,,,,6 @priority:3.6,,,,21.6
`,
}
