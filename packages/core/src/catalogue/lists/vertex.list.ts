import type { SourceList } from '../parse-list.ts'

/** Written by `node tooling/catalogue/build.mjs`: facts of litellm 1.110.2 (MIT). `parse-list.ts` says what stands where. */
export const vertexList: SourceList = {
  source: 'litellm 1.110.2',
  updatedAt: '2026-11-30',
  rows: `
claude-3-5-haiku;200000;8192;ct;1,,,,5
claude-3-5-sonnet;200000;8192;cvt;3,,,,15
claude-3-haiku;200000;4096;cvt;.25,,,,1.25
claude-3-sonnet;200000;4096;cvt;3,,,,15
claude-fable-5-1;1000000;128000;cvtjsrp;10,.25,12.5,20,50,,,,,,,10000 *regional:1.1 !once @batch:5,.125,6.25,10,25
claude-fable-5;1000000;128000;cvtjsrp;10,1,12.5,20,50,,,,,,,10000 *regional:1.1 !once @batch:5,.5,6.25,10,25
claude-haiku-4-5;200000;64000;cvtjsrp;1,.1,1.25,2,5,,,,,,,10000 *regional:1.1 !once @batch:.5,.05,.625,1,2.5
claude-haiku-5-5;1000000;128000;cvtjsrp;.1,.01,.125,.2,.5,,,,,,,10000 >100000:.5,.05,.625,1,2.5 *regional:1.1 !once @batch:.05,.005,.0625,.1,.25
claude-opus-4-5;200000;64000;cvtjsrp;5,.5,6.25,10,25,,,,,,,10000 *regional:1.1 !once @batch:2.5,.25,3.125,5,12.5
claude-opus-4-6,claude-opus-4-7,claude-opus-5,claude-opus-4-8;1000000;128000;cvtjsrp;5,.5,6.25,10,25,,,,,,,10000 *regional:1.1 !once @batch:2.5,.25,3.125,5,12.5
claude-opus-5-5;1000000;128000;cvtjsrp;4,.2,5,8,20,,,,,,,10000 *regional:1.1 !once @batch:2.5,.1,2.5,5,12.5
claude-sonnet-4-5;200000;64000;cvtjsrp;3,.3,3.75,6,15,,,,,,,10000 >200000:6,.6,7.5,12,22.5 *regional:1.1 !once @batch:1.5,.15,1.88,3,7.5
claude-sonnet-4-6;1000000;64000;cvtjsrp;3,.3,3.75,6,15,,,,,,,10000 *regional:1.1 !once @batch:1.5,.15,1.88,3,7.5
claude-sonnet-5-5;1000000;128000;cvtjsrp;2,.1,2.5,4,10,,,,,,,10000 *regional:1.1 !once @batch:1,.05,1.25,2,5
claude-sonnet-5;1000000;128000;cvtjsrp;2,.2,2.5,4,10,,,,,,,10000 *regional:1.1 !once @batch:1,,,2,5
codestral-2501,codestral@2405,codestral@latest;128000;;ct;.2,,,,.6
codestral-2;128000;;ct;.3,,,,.9
deep-research-pro-preview-12-2025;65536;32768;cvjspi;2,.2,,,12,,,,,120 @batch:1,.1,,,6
deepseek-r1-0528-maas;65336;8192;ctrp;1.35,,,,5.4 @batch:.675,,,,2.7
deepseek-v3.1-maas;163840;32768;ctrp;.6,.06,,,1.7 @batch:.3,,,,.85
deepseek-v3.2-maas;163840;32768;ctrp;.56,.056,,,1.68 @batch:.28,,,,.84
deepseek-v4.1-flash-maas;1048576;;cvtjsrp;.3,.03,,,1.2
gemini-2.0-flash-lite;;;c;.075,,,,.3 @batch:.0375,,,,.15
gemini-2.0-flash;;;c;.15,,,,.6,,1 @batch:.075,,,,.3,,.5
gemini-2.5-flash-image;32768;;cvtjspi;.3,,,,2.5,,1,,,30 @batch:.15,,,,1.25,,,,,15 @flex:.15,,,,1.25
gemini-2.5-flash-lite-preview-09-2025;1048576;65535;cvtjsrp;.1,.01,,,.4,,.3,,,,,35000 !once
gemini-2.5-flash-lite;1048576;65535;cvtjsrp;.1,.01,,,.4,,.3,,,,,35000 !once @batch:.05,,,,.2 @flex:.05,.01,,,.2 @priority:.18,.018,,,.72,,.54
gemini-2.5-flash-preview-09-2025;1048576;65535;cvtjsrp;.3,.03,,,2.5,,1,,,,,35000 !once
gemini-2.5-flash;1048576;65535;cvtjsrp;.3,.03,,,2.5,,1,,,,,35000 !once @batch:.15,,,,1.25,,.5 @flex:.15,.03,,,1.25,,.5 @priority:.54,.054,,,4.5,,1.8
gemini-2.5-pro-preview-tts;1048576;65535;cvtjsp;1,.125,,,20,,.7,,,,,35000 !once @batch:.5
gemini-2.5-pro;1048576;65535;cvtjsrap;1.25,.125,,,10,,,,,,,35000 >200000:2.5,.25,.25,,15 !once @batch:.625,,,,5 >200000:1.25,,,,7.5 @flex:.625,.125,,,5 >200000:1.25,.25,,,7.5 @priority:2.25,.225,,,18 >200000:4.5,.45,,,27
gemini-3-flash-preview;1048576;65535;cvtjsrap;.5,.05,,,3,,1,,,,,14000 @batch:.25,,,,1.5,,.5 @flex:.25,,,,1.5,,.5 @priority:.9,.09,,,5.4,,1.8
gemini-3-pro-image-preview;65536;32768;cvjspi;2,.2,,,12,,,,,120,,14000 >200000:4,.4,,,18,,,,,180 @batch:1,.1,,,6,,,,,60 @priority:3.6,.36,,,21.6,,,,,216 >200000:7.2,.72,,,32.4,,,,,324
gemini-3-pro-image;65536;32768;cvjspi;2,.2,,,12,,,,,120,,14000 >200000:4,.4,,,18,,,,,180 @batch:1,.1,,,6,,,,,60 @flex:1,.1,,,6 @priority:3.6,.36,,,21.6,,,,,216 >200000:7.2,.72,,,32.4,,,,,324
gemini-3-pro-preview;1048576;65535;cvtjsrap;2,.2,,,12,,,,,,,14000 >200000:4,.4,.25,,18 @batch:1,,,,6 @priority:3.6,.36,,,21.6 >200000:7.2,.72,,,32.4
gemini-3.1-flash-image-preview;65536;32768;cvjspi;.5,.05,,,3,,,,,60,,14000 @batch:.25,.025,,,1.5,,,,,30
gemini-3.1-flash-image;65536;32768;cvjspi;.5,.05,,,3,,,,,60,,14000 @batch:.25,.025,,,1.5,,,,,30 @flex:.25,.025,,,1.5 @priority:.9,.09,,,5.4,,,,,108
gemini-3.1-flash-lite-image;65536;4096;cvpi;.25,.025,,,1.5,,,,,30 @batch:.125,.0125,,,.75,,,,,15 @flex:.125,.0125,,,.75 @priority:.45,.045,,,2.7,,,,,54
gemini-3.1-flash-lite-preview;1048576;65536;cvtjsrap;.25,.025,,,1.5,,.5,,,,,14000
gemini-3.1-pro-preview-customtools;1048576;65536;cvtjsrap;2,.2,,,12,,,,,,,14000 >200000:4,.4,.25,,18 @batch:1,,,,6
gemini-3.1-pro-preview;1048576;65536;cvtjsrap;2,.2,,,12,,,,,,,14000 >200000:4,.4,.25,,18 @batch:1,,,,6 >200000:2,,,,9 @flex:1,,,,6 >200000:2,,,,9 @priority:3.6,.36,,,21.6 >200000:7.2,.72,,,32.4
gemini-3.5-flash-lite;1048576;65536;cvtjsrap;.3,.03,,,2.5,,,,,,,14000 @batch:.15,.015,,,1.25 @flex:.15,.015,,,1.25 @priority:.54,.054,,,4.5
gemini-3.5-flash;1048576;65535;cvtjsrap;1.5,.15,,,9,,,,,,,14000 *regional:1.1 @batch:.75,.075,,,4.5 @flex:.75,.075,,,4.5 @priority:2.7,.27,,,16.2
gemini-3.6-flash,gemini-3.7-flash,gemini-3.8-flash;1048576;65536;cvtjsrap;.75,.075,,,3.75,,,,,,,14000 *regional:1.1 @batch:.375,.0375,,,1.875 @flex:.375,.0375,,,1.875 @priority:1.35,.135,,,6.75
gemini-3.8-flash-cyber;1048576;65536;cvjsrap;1.5,.15,,,7.5 *regional:1.1 @batch:.75,.075,,,3.75 @flex:.75,.075,,,3.75 @priority:2.7,.27,,,13.5
gemini-4-argon-cyber-permissive;1048576;;cvtjsrap;4,.2,,,20,,,,,,,14000 *regional:1.1 @batch:2,.1,,,10 @flex:2,.1,,,10 @priority:7.2,.36,,,36
gemini-4-argon;1048576;;cvtjsrap;2,.1,,,10,,,,,,,14000 *regional:1.1 @batch:1,.05,,,5 @flex:1,.05,,,5 @priority:3.6,.18,,,18
gemini-4-hydrogen;1048576;;cvtjsrap;1.5,.075,,,7.5,,,,,,,14000 *regional:1.1 @batch:.75,.0375,,,3.75 @priority:2.7,.135,,,13.5
gemini-embedding-001;2048;;e;.15,,,,0 @batch:.12
gemini-nano-banana-2.1;131072;32768;cvrpi;1.5,.15,,,7.5,,,,,30,,14000 @batch:.75,.075,,,3.75,,,,,15 @priority:2.7,.27,,,13.5,,,,,54
gemini-omni-1.1-flash-preview;131072;57920;cvr;1.5,,,,9
gemini-omni-1.1-flash;;;c;1.5,,,,9
gemini-robotics-er-1.5-preview;1048576;65535;cvtjsr;.3,0,,,2.5,,1
gemini-robotics-er-2-preview;131072;65536;cvtjsrap;1,.1,,,5,,,,,,,14000
gemma-4-26b-a4b-it-maas;262144;128000;cvt;.15,.015,,,.6
gemma-4-26b-a4b-it;;;c;.15,.015,,,.6
glm-4.7-maas;200000;128000;ctr;.6,.06,,,2.2
glm-5-maas;200000;128000;ctrp;1,.1,,,3.2
glm-5.2-maas;1000000;64000;ctjsrp;1.4,.14,,,4.4
gpt-oss-120b-maas;131072;32768;cr;.09,,,,.36 @batch:.045,,,,.18
gpt-oss-20b-maas;131072;32768;cr;.07,.007,,,.25 @batch:.035,,,,.125
grok-4.1-fast-non-reasoning;128000;;cvtjsp;.2,.05,,,.5
grok-4.1-fast-reasoning;128000;;cvtjsrp;.2,.05,,,.5
grok-4.20-non-reasoning;2000000;;cvtjsp;1.25,.2,,,2.5 >200000:2.5,.4,,,5
grok-4.20-reasoning;2000000;;cvtjsrp;1.25,.2,,,2.5 >200000:2.5,.4,,,5
grok-4.3;200000;;cvtjsrp;1.25,.2,,,2.5 >200000:2.5,.4,,,5
grok-4.6,grok-4.7;524288;;cvtjsrp;2,.5,,,6 >200000:4,1,,,12
jamba-1.5,jamba-1.5-mini;256000;;c;.2,,,,.4
jamba-1.5-large;256000;;c;2,,,,8
kimi-k2-thinking-maas;256000;;ct;.6,.06,,,2.5
llama-3.1-405b-instruct-maas;128000;2048;cv;5,,,,16
llama-3.3-70b-instruct-maas;128000;8192;ct;.72,,,,.72 @batch:.36,,,,.36
llama-4-maverick-17b-128e-instruct-maas,llama-4-maverick-17b-16e-instruct-maas;1000000;;ct;.35,,,,1.15 @batch:.175,,,,.575
llama-4-scout-17b-128e-instruct-maas,llama-4-scout-17b-16e-instruct-maas;10000000;;ct;.25,,,,.7 @batch:.125,,,,.35
minimax-m2-maas;196608;;ct;.3,.03,,,1.2
mistral-large-2411,mistral-large@2407,mistral-large@2411-001,mistral-large@latest;128000;8191;ct;2,,,,6
mistral-medium-3;128000;8191;ct;.4,,,,2
mistral-nemo@2407;128000;;ct;3,,,,3
mistral-nemo@latest;128000;;ct;.15,,,,.15
mistral-small-2503;128000;;cvt;.1,,,,.3
mistral-small-2503@001;32000;8191;ct;.1,,,,.3
multimodalembedding;2048;;e;.8,,,,0
qwen3-235b-a22b-instruct-2507-maas;262144;16384;ct;.22,,,,.88 @batch:.11,,,,.44
qwen3-coder-480b-a35b-instruct-maas;262144;32768;ct;.22,.022,,,1.8 @batch:.11,,,,.9
qwen3-next-80b-a3b-instruct-maas,qwen3-next-80b-a3b-thinking-maas;262144;;ct;.15,,,,1.2
semantic-ranker-default,semantic-ranker-fast;;;k;0,,,,0,,,,,,1000
text-embedding-004,text-embedding-005,text-multilingual-embedding-002;2048;;e;.1,,,,0
text-embedding-large-exp-03-07;8192;;e;.1,,,,0
text-embedding-preview-0409;3072;;e;.00625,,,,0
text-unicorn;8192;;l;10,,,,28
`,
}
