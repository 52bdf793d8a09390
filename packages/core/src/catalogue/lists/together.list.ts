import type { SourceList } from '../parse-list.ts'

/** Written by `node tooling/catalogue/build.mjs`: facts of litellm 1.110.2 (MIT). `parse-list.ts` says what stands where. */
export const togetherList: SourceList = {
  source: 'litellm 1.110.2',
  updatedAt: '2026-11-30',
  rows: `
BAAI/bge-base-en-v1.5;512;;e;.008,,,,0
MiniMaxAI/MiniMax-M2.7;196608;;c;.3,.06,,,1.2
MiniMaxAI/MiniMax-M3.1-Flash;1048576;;cp;.15,.015,,,.6
MiniMaxAI/MiniMax-M3;524288;;cvtjsrp;.3,.06,,,1.2
Qwen/Qwen2-1.5B-Instruct;32768;;c;.02,,,,.02
Qwen/Qwen2.5-14B-Instruct;32768;;c;.8,,,,.8
Qwen/Qwen2.5-72B-Instruct-Turbo;131072;;c;1.2,,,,1.2
Qwen/Qwen2.5-72B-Instruct;32768;;c;1.2,,,,1.2
Qwen/Qwen2.5-7B-Instruct-Turbo;32768;;ctjs;.3,,,,.3
Qwen/Qwen2.5-VL-72B-Instruct;32768;;c;1.95,,,,8
Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8;262144;;c;2,,,,2
Qwen/Qwen3-Coder-Next-FP8;262144;;c;.5,,,,1.2
Qwen/Qwen3-Next-80B-A3B-Instruct,Qwen/Qwen3-Next-80B-A3B-Thinking;262144;;c;.15,,,,1.5
Qwen/Qwen3-VL-32B-Instruct;262144;;c;.5,,,,1.5
Qwen/Qwen3-VL-8B-Instruct;262144;;c;.18,,,,.68
Qwen/Qwen3.5-397B-A17B;262144;;c;.6,.35,,,3.6
Qwen/Qwen3.5-9B;262144;;cvtjsr;.17,,,,.25
Qwen/Qwen3.6-Plus;1000000;;cr;.5,,,,3
Qwen/Qwen3.7-Max;1000000;;cp;2.5,.5,,,7.5
Qwen/Qwen3.7-Plus;1000000;;c;.32,,,,1.28
Qwen/Qwen3.8-2.4T-A95B;1010000;;cp;2,.25,,,6
Qwen/Qwen3.8-Flash;1000000;;c;.15,,,,.47
Salesforce/Llama-Rank-V1;8192;;k;.1,,,,0
arcee-ai/trinity-mini;128000;;c;.045,,,,.15
arize-ai/qwen-2-1.5b-instruct;32768;;c;.1,,,,.1
deepseek-ai/DeepSeek-R1-0528;163840;;c;3,,,,7
deepseek-ai/DeepSeek-V3.1;131072;;c;.6,,,,1.7
deepseek-ai/DeepSeek-V3;65536;8192;ctjs;1.25,,,,1.25
deepseek-ai/DeepSeek-V4-Flash-0731;1048576;;ctjsp;.14,.03,,,.28
deepseek-ai/DeepSeek-V4-Pro-0813;1048576;;ctjsp;1.32,.13,,,3.96
deepseek-ai/DeepSeek-V4.1-Flash-1017;1048576;;cvtjsrp;.3,.006,,,1.2
deepseek-ai/DeepSeek-V4.1-Flash;1048576;;ctjsp;.3,.006,,,1.2
essentialai/rnj-1-instruct;;;c;.15,,,,.15
google/gemma-4-31B-it;262144;;c;.39,,,,.97
meta-llama/Llama-3.1-405B-Instruct;4096;;c;3.5,,,,3.5
meta-llama/Llama-3.2-1B-Instruct,meta-llama/Llama-3.2-3B-Instruct;131072;;c;.06,,,,.06
meta-llama/Llama-3.3-70B-Instruct-Turbo;131072;;ctjs;1.04,,,,1.04
meta-llama/Llama-4-Scout-17B-16E-Instruct;1048576;;c;.18,,,,.59
meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo;131072;;c;.88,,,,.88
meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo;131072;;c;.18,,,,.18
meta-llama/Meta-Llama-3.1-8B;16384;;l;.2,,,,.2
meta-models/Muse-Glimmer-30B;131072;;cp;.35,.04,,,1.5
meta-models/Muse-Spark-Open-816B-A42B;1048576;;ctjsp;1.25,.15,,,4.25
mistralai/Ministral-3-14B-Instruct-2512;262144;;c;.2,,,,.2
mistralai/Mistral-7B-Instruct-v0.3;32768;;c;.2,,,,.2
mistralai/Mistral-Small-24B-Instruct-2501;32768;;c;.1,,,,.3
mistralai/Mixtral-8x7B-Instruct-v0.1;32768;;c;.6,,,,.6
moonshotai/Kimi-K2-Instruct;;;ctjs;1,,,,3
moonshotai/Kimi-K2.5-fp4;262144;;c;.5,,,,2.8
moonshotai/Kimi-K2.6;262144;;c;1.2,.2,,,4.5
moonshotai/Kimi-K2.7-Code;262144;;c;.95,.19,,,4
moonshotai/Kimi-K3.1-Pro;1048576;;cvtjsrp;2,.2,,,10
moonshotai/Kimi-K3;1048576;;cvtjsrp;3,.3,,,15
nvidia/NVIDIA-Nemotron-3.5-Super-VL;262144;;cvtjsrp;.15,.02,,,.5
nvidia/NVIDIA-Nemotron-Nano-9B-v2;131072;;c;.06,,,,.25
nvidia/nemotron-3-ultra-550b-a55b;512288;;c;.6,.2,,,3.6
openai/gpt-oss-120b;131072;;ctjsr;.15,,,,.6
openai/gpt-oss-20b;131072;;c;.05,,,,.2
reflection/Beam-1.0-501B-A23B;1048576;;ctjsp;.4,.04,,,1.2
ricursive-ai/Ripple-65B-Preview;131072;;cp;.2,.02,,,.6
thinkingmachines/Inkling;524288;;ctjsp;1,.17,,,4.05
together/Tev1-4B-experimental;32768;;c;.042,,,,0
zai-org/GLM-4.5-Air-FP8;131072;;c;.2,,,,1.1
zai-org/GLM-4.6;202752;;ctr;.6,,,,2.2
zai-org/GLM-4.7;202752;;c;.45,,,,2
zai-org/GLM-5.1;202752;;c;1.4,.26,,,4.4
zai-org/GLM-5.2,zai-org/GLM-5.3;1048575;128000;ctjsrp;1.4,.26,,,4.4
zai-org/GLM-5.3-Flash;1048575;128000;cvtjsrp;.15,.03,,,.5
zai-org/GLM-5;202752;;c;1,,,,3.2
`,
}
