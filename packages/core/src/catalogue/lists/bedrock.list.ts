import type { SourceList } from '../parse-list.ts'

/** Written by `node tooling/catalogue/build.mjs`: facts of litellm 1.110.2 (MIT). `parse-list.ts` says what stands where. */
export const bedrockList: SourceList = {
  source: 'litellm 1.110.2',
  updatedAt: '2026-11-30',
  rows: `
ai21.j2-mid-v1;8191;;c;12.5,,,,12.5
ai21.j2-ultra-v1;8191;;c;18.8,,,,18.8
ai21.jamba-1-5-large-v1;256000;4096;c;2,,,,8
ai21.jamba-1-5-mini-v1;256000;4096;c;.2,,,,.4
ai21.jamba-instruct-v1;70000;4096;c;.5,,,,.7
amazon.nova-2-lite-v1;1000000;64000;cvtjsrp;.3,.075,,,2.5 *global:1 @batch:.15,,,,1.25 @priority:.525,.13125,,,4.375 #apac .396,.099,,,3.311 #eu .429,.10725,,,3.597 #jp .396,.099,,,3.311 @batch:.198,,,,1.6555 @flex:.198,.0495,,,1.6555 @priority:.693,.17325,,,5.79425 #us .33,.0825,,,2.75 @batch:.165,,,,1.375 @flex:.165,.04125,,,1.375 @priority:.5775,.144375,,,4.8125
amazon.nova-2-multimodal-embeddings-v1;8172;;e;.135,,,,0 #us-gov-west-1 .162,,,,0 @batch:.081
amazon.nova-2-pro-preview-20251202-v1;1000000;64000;cvtjsrp;1.25,.3125,,,10 *us:1.1 @batch:.625,,,,5 @priority:2.1875,,,,17.5 #apac,eu 1.375,.34375,,,11
amazon.nova-lite-v1;300000;10000;cvtjsp;.06,.015,,,.24 *us:1 *us-gov-west-1:1.2 @batch:.03,,,,.12 #apac .063,.01575,,,.252 #eu .078,.0195,,,.312
amazon.nova-micro-v1;128000;10000;ctjsp;.035,.00875,,,.14 *us:1 *us-gov-west-1:1.2 @batch:.0175,,,,.07 #apac .037,.00925,,,.148 #eu .046,.0115,,,.184
amazon.nova-premier-v1;1000000;10000;cvtjsp;2.5,.625,,,12.5 @batch:1.25,,,,6.25 @priority:4.375,1.09375,,,21.875
amazon.nova-pro-v1;300000;10000;cvtjsp;.8,.2,,,3.2 *us:1 *us-gov-west-1:1.2 @batch:.4,,,,1.6 @flex:.4,.1,,,1.6 @priority:1.4,.35,,,5.6 #apac .84,.21,,,3.36 @flex:.42,.105,,,1.68 #eu 1.05,.2625,,,4.2 @flex:.525,.13125,,,2.1 #us-gov-east-1 .96,.24,,,3.84
amazon.rerank-v1;32000;;k;0,,,,0,,,,,,1000
amazon.titan-embed-image-v1;128;;e;.8,,,,0
amazon.titan-embed-text-v1,amazon.titan-embed-g1-text-02;8192;;e;.1,,,,0
amazon.titan-embed-text-v2;8192;;e;.02,,,,0 *us-gov-east-1:1.5 *us-gov-west-1:5.5
amazon.titan-text-express-v1;42000;8000;c;.2,,,,.6 #us-gov-east-1 1.3,,,,1.7 #us-gov-west-1 .8,,,,1.6
amazon.titan-text-lite-v1;42000;4000;c;.15,,,,.2 *us-gov-east-1:2 *us-gov-west-1:2
amazon.titan-text-premier-v1;42000;32000;c;.5,,,,1.5
anthropic.claude-3-5-haiku-20241022-v1;200000;8192;ctjsp;.8,.08,1,,4
anthropic.claude-3-5-sonnet-20240620-v1;200000;4096;cvtjs;3,.3,3.75,,15 *eu:1 *us:1 #us-gov-east-1,us-gov-west-1 3.6,,,,18 @batch:1.8,,,,9
anthropic.claude-3-5-sonnet-20241022-v2;200000;8192;cvtjsp;3,.3,3.75,,15
anthropic.claude-3-7-sonnet-20240620-v1;200000;8192;cvtjsrp;3.6,.36,4.5,,18
anthropic.claude-3-7-sonnet-20250219-v1;200000;8192;cvtjsrp;3,.3,3.75,,15 *eu:1 *us:1 *us-gov-east-1:1.2 *us-gov-west-1:1.2
anthropic.claude-3-haiku-20240307-v1;195904;4096;cvtjs;#us-gov-east-1,us-gov-west-1 .3,,,,1.5
anthropic.claude-3-opus-20240229-v1;200000;4096;cvtjs;15,1.5,18.75,,75
anthropic.claude-fable-5-1;1000000;128000;cvtjsrp;10,.25,12.5,20,50,,,,,,,10000 *eu:1.1 *global:1 *us:1.1 *us-gov:1.2 *us-gov-east-1:1.2 *us-gov-west-1:1.2
anthropic.claude-fable-5;1000000;128000;cvtjsrp;10,1,12.5,20,50,,,,,,,10000 *apac:1.1 *au:1.1 *eu:1.1 *global:1 *us:1.1
anthropic.claude-haiku-4-5-20251001-v1;200000;64000;cvtjsrp;1,.1,1.25,2,5 *au:1.1 *eu:1.1 *global:1 *jp:1.1 *us:1.1 @batch:.5,,,1,2.5 #apac 1.1,.11,1.375,,5.5 @batch:.55,,,,2.75 #us-gov-east-1,us-gov-west-1 1.2,.12,1.5,2.4,6
anthropic.claude-haiku-4-5;200000;64000;cvtjsrp;1,.1,1.25,2,5 @batch:.5,,,1,2.5
anthropic.claude-haiku-4-5@20251001;200000;64000;cvtjsrp;1,.1,1.25,2,5
anthropic.claude-haiku-5-5;1000000;128000;cvtjsrp;.1,.01,.125,.2,.5,,,,,,,10000 >100000:.5,.05,.625,1,2.5 *apac:1.1 *au:1.1 *eu:1.1 *global:1 *jp:1.1 *us:1.1 *us-gov:1.2 *us-gov-east-1:1.2 *us-gov-west-1:1.2
anthropic.claude-instant-v1;100000;8191;c;.8,,,,2.4 *us-east-1:1 *us-west-2:1 #ap-northeast-1 2.23,,,,7.55 #eu-central-1 2.48,,,,8.38
anthropic.claude-mythos-5-1;1000000;128000;cvtjsrp;10,.25,12.5,20,50 *global:1 *us:1.1
anthropic.claude-mythos-5;1000000;128000;cvtjsrp;11,1.1,13.75,22,55
anthropic.claude-mythos-preview;1000000;128000;cvtrp;27.5,2.75,34.375,55,137.5
anthropic.claude-opus-4-1-20250805-v1,anthropic.claude-opus-4-20250514-v1;200000;32000;cvtjsrp;15,1.5,18.75,,75,,,,,,,10000
anthropic.claude-opus-4-5-20251101-v1;200000;64000;cvtjsrp;5,.5,6.25,10,25,,,,,,,10000 *eu:1.1 *global:1 *us:1.1
anthropic.claude-opus-4-6-v1;1000000;128000;cvtjsrp;5,.5,6.25,10,25,,,,,,,10000 *au:1.1 *eu:1.1 *global:1 *us:1.1
anthropic.claude-opus-4-7;1000000;128000;cvtjsrp;5,.5,6.25,10,25,,,,,,,10000 *apac:1.1 *au:1.1 *eu:1.1 *global:1 *jp:1.1 *us:1.1
anthropic.claude-opus-4-8;1000000;128000;cvtjsrp;5,.5,6.25,10,25,,,,,,,10000 *apac:1.1 *au:1.1 *eu:1.1 *global:1 *jp:1.1 *us:1.1 *us-gov:1.2 *us-gov-east-1:1.2 *us-gov-west-1:1.2
anthropic.claude-opus-5-5;1000000;128000;cvtjsrp;4,.2,5,8,20,,,,,,,10000 *apac:1.1 *au:1.1 *eu:1.1 *global:1 *jp:1.1 *us:1.1 *us-gov:1.2 *us-gov-east-1:1.2 *us-gov-west-1:1.2
anthropic.claude-opus-5;1000000;128000;cvtjsrp;5,.5,6.25,10,25,,,,,,,10000 *apac:1.1 *au:1.1 *eu:1.1 *global:1 *jp:1.1 *us:1.1 *us-gov:1.2 *us-gov-east-1:1.2 *us-gov-west-1:1.2 @batch:2.5,,,5,12.5
anthropic.claude-sonnet-4-20250514-v1;200000;64000;cvtjsrp;3,.3,3.75,,15,,,,,,,10000 >200000:6,.6,7.5,,22.5
anthropic.claude-sonnet-4-5-20250929-v1;200000;64000;cvtjsrp;3,.3,3.75,6,15,,,,,,,10000 >200000:6,.6,7.5,12,22.5 *au:1.1 *eu:1.1 *global:1 *jp:1.1 *us:1.1 @batch:1.5,,,3,7.5 #us-gov 3.6,.36,4.5,7.2,18 >200000:7.2,.72,9,14.4,27 #us-gov-east-1,us-gov-west-1 3.6,.36,4.5,7.2,18
anthropic.claude-sonnet-4-6;1000000;64000;cvtjsrp;3,.3,3.75,6,15,,,,,,,10000 *apac:1.1 *au:1.1 *eu:1.1 *global:1 *jp:1.1 *us:1.1
anthropic.claude-sonnet-5-5;1000000;128000;cvtjsrp;2,.1,2.5,4,10,,,,,,,10000 *apac:1.1 *au:1.1 *eu:1.1 *global:1 *jp:1.1 *us:1.1 *us-gov:1.2 *us-gov-east-1:1.2 *us-gov-west-1:1.2
anthropic.claude-sonnet-5;1000000;128000;cvtjsrp;2,.2,2.5,4,10,,,,,,,10000 *apac:1.1 *au:1.1 *eu:1.1 *global:1 *jp:1.1 *us:1.1 *us-gov:1.2 *us-gov-east-1:1.2 *us-gov-west-1:1.2
anthropic.claude-v1,anthropic.claude-v2;100000;8191;c;8,,,,24
claude-sonnet-4-5-20250929-v1;200000;64000;cvtjsrp;3,.3,3.75,6,15 >200000:6,.6,7.5,12,22.5 @batch:1.5,,,3,7.5 #us-gov-east-1,us-gov-west-1 3.6,.36,4.5,7.2,18
cohere.command-light-text-v14;4096;;c;.3,,,,.6
cohere.command-text-v14;4096;;c;1,,,,2
cohere.embed-english-v3,cohere.embed-multilingual-v3;512;;e;.1,,,,0
cohere.embed-v4;128000;;e;.12,,,,0
cohere.rerank-v3-5;4096;;k;0,,,,0,,,,,,2000
deepseek.r1-v1;128000;8192;cr;1.35,,,,5.4
deepseek.v3-v1;128000;8000;ctr;.58,,,,1.68
deepseek.v3.1;128000;8000;ct;.58,,,,1.68 @batch:.29,,,,.84 @flex:.29,,,,.84 @priority:1.015,,,,2.94
deepseek.v3.2;156000;8000;ctjsr;.62,,,,1.85 *us:1 *us-east-1:1 *us-east-2:1 *us-west-2:1 @batch:.31,,,,.925 @flex:.31,,,,.925 @priority:1.085,,,,3.2375 #ap-northeast-1,ap-south-1,eu-north-1,sa-east-1 .74,,,,2.22 @batch:.37,,,,1.11 @flex:.37,,,,1.11 @priority:1.295,,,,3.885 #ap-southeast-3,eu .74,,,,2.22 @flex:.37,,,,1.11
google.gemma-3-12b-it;128000;8000;cvtjs;.09,,,,.29 @batch:.05,,,,.15 @flex:.05,,,,.15 @priority:.16,,,,.51
google.gemma-3-27b-it;128000;8000;cvtjs;.23,,,,.38 @batch:.12,,,,.19 @flex:.12,,,,.19 @priority:.4,,,,.67
google.gemma-3-4b-it;128000;8000;cvt;.04,,,,.08 @batch:.02,,,,.04 @flex:.02,,,,.04 @priority:.07,,,,.14
google.gemma-4-26b-a4b;256000;;cvtr;.13,,,,.4 *us-gov-west-1:1.2 @batch:.065,,,,.2 @flex:.065,,,,.2 @priority:.2275,,,,.7
google.gemma-4-31b;256000;;cvtr;.14,,,,.4 *us-gov-west-1:1.2 @batch:.07,,,,.2 @flex:.07,,,,.2 @priority:.245,,,,.7
google.gemma-4-e2b;128000;;cvtr;.04,,,,.08 @batch:.02,,,,.04 @flex:.02,,,,.04 @priority:.07,,,,.14 #us-gov-west-1 .048,,,,.096 @flex:.024,,,,.048 @priority:.084,,,,.168
meta.llama2-13b-chat-v1;4096;;c;.75,,,,1
meta.llama2-70b-chat-v1;4096;;c;1.95,,,,2.56
meta.llama3-1-405b-instruct-v1;128000;4096;ct;2.4,,,,2.4
meta.llama3-1-70b-instruct-v1,meta.llama3-3-70b-instruct-v1;128000;4096;ct;.72,,,,.72 @batch:.36,,,,.36
meta.llama3-1-8b-instruct-v1;128000;4096;ct;.22,,,,.22 @batch:.11,,,,.11
meta.llama3-2-11b-instruct-v1;128000;4096;cvt;.16,,,,.16
meta.llama3-2-1b-instruct-v1;128000;4096;ct;.1,,,,.1 *eu:1.3 *us:1
meta.llama3-2-3b-instruct-v1;128000;4096;ct;.15,,,,.15 *us:1 #eu .19,,,,.19
meta.llama3-2-90b-instruct-v1;128000;4096;cvt;.72,,,,.72
meta.llama3-70b-instruct-v1;8192;;c;2.65,,,,3.5 *ap-south-1:1.2 *us-east-1:1 *us-gov-east-1:1 *us-gov-west-1:1 *us-west-1:1 #ca-central-1 3.05,,,,4.03 #eu-west-1 2.86,,,,3.78 #eu-west-2 3.45,,,,4.55 #sa-east-1 4.45,,,,5.88
meta.llama3-8b-instruct-v1;8192;;c;.3,,,,.6 *ap-south-1:1.2 *eu-west-2:1.3 *us-east-1:1 *us-gov-west-1:1 *us-west-1:1 #ca-central-1 .35,,,,.69 #eu-west-1 .32,,,,.65 #sa-east-1 .5,,,,1.01 #us-gov-east-1 .3,,,,2.65
meta.llama4-maverick-17b-instruct-v1;1000000;8192;ct;.24,,,,.97 @batch:.12,,,,.485
meta.llama4-scout-17b-instruct-v1;10000000;8192;ct;.17,,,,.66 @batch:.085,,,,.33
minimax.minimax-m2.1;196000;8000;ctjs;.3,,,,1.2 *ap-northeast-1:1.2 *ap-south-1:1.2 *eu-central-1:1.2 *eu-north-1:1.2 *eu-west-1:1.2 *sa-east-1:1.2 *us-east-1:1 *us-east-2:1 *us-west-2:1 @batch:.15,,,,.6 @flex:.15,,,,.6 @priority:.525,,,,2.1 #ap-southeast-3,eu-south-1 .36,,,,1.44 @flex:.18,,,,.72 #eu-west-2 .47,,,,1.86 @batch:.235,,,,.93 @flex:.235,,,,.93 @priority:.8225,,,,3.255
minimax.minimax-m2.5;196000;8000;ctjs;.3,,,,1.2 *ap-northeast-1:1.2 *ap-south-1:1.2 *eu-central-1:1.2 *eu-north-1:1.2 *eu-west-1:1.2 *sa-east-1:1.2 *us-east-1:1 *us-east-2:1 *us-west-2:1 @batch:.15,,,,.6 @flex:.15,,,,.6 @priority:.525,,,,2.1 #ap-southeast-2 .31,,,,1.24 @batch:.155,,,,.62 @flex:.155,,,,.62 @priority:.5425,,,,2.17 #ap-southeast-3,eu-south-1 .36,,,,1.44 @flex:.18,,,,.72 #eu-west-2 .47,,,,1.86 @batch:.235,,,,.93 @flex:.235,,,,.93 @priority:.8225,,,,3.255
minimax.minimax-m2;1000000;8000;ctjs;.3,,,,1.2 @batch:.15,,,,.6 @flex:.15,,,,.6 @priority:.52,,,,2.1
mistral.devstral-2-123b;256000;32000;ctjs;.4,,,,2 @batch:.2,,,,1 @flex:.2,,,,1 @priority:.7,,,,3.5
mistral.magistral-small-2509;128000;40000;cvtjsr;.5,,,,1.5 @batch:.25,,,,.75 @flex:.25,,,,.75 @priority:.88,,,,2.63
mistral.ministral-3-14b-instruct;128000;8000;cvtjs;.2,,,,.2 @batch:.1,,,,.1 @flex:.1,,,,.1 @priority:.35,,,,.35
mistral.ministral-3-3b-instruct;128000;8000;cvtjs;.1,,,,.1 @batch:.05,,,,.05 @flex:.05,,,,.05 @priority:.17,,,,.17
mistral.ministral-3-8b-instruct;128000;8000;cvtjs;.15,,,,.15 @batch:.07,,,,.07 @flex:.07,,,,.07 @priority:.26,,,,.26
mistral.mistral-7b-instruct-v0;32000;4096;c;.15,,,,.2 *us-east-1:1 *us-west-2:1 #eu-west-3 .2,,,,.26
mistral.mistral-large-2402-v1;32000;4096;ct;4,,,,12 *eu-west-3:1.3 *us-east-1:1 *us-west-2:1
mistral.mistral-large-2407-v1;128000;8191;ct;2,,,,6
mistral.mistral-large-3-675b-instruct;256000;32000;cvtjs;.5,,,,1.5 @batch:.25,,,,.75 @flex:.25,,,,.75 @priority:.88,,,,2.63
mistral.mistral-small-2402-v1;32000;4096;ct;1,,,,3 @batch:.5,,,,1.5
mistral.mixtral-8x7b-instruct-v0;32000;4096;c;.45,,,,.7 *us-east-1:1 *us-west-2:1 #eu-west-3 .59,,,,.91
mistral.pixtral-large-2502-v1;128000;16384;ct;2,,,,6
mistral.voxtral-mini-3b-2507;32768;8192;ca;.04,,,,.04 *ap-southeast-2:1.03 @batch:.02,,,,.02 @flex:.02,,,,.02 @priority:.07,,,,.07 #ap-northeast-1 .05,,,,.05 @batch:.03,,,,.03 @flex:.03,,,,.03 @priority:.09,,,,.09 #eu-west-2 .06,,,,.06 @batch:.03,,,,.03 @flex:.03,,,,.03 @priority:.11,,,,.11
mistral.voxtral-small-24b-2507;32768;8192;ca;.1,,,,.3 @batch:.05,,,,.15 @flex:.05,,,,.15 @priority:.17,,,,.52 #ap-northeast-1 .12,,,,.36 @batch:.06,,,,.18 @flex:.06,,,,.18 @priority:.21,,,,.63 #ap-southeast-2 .103,,,,.309 @batch:.0515,,,,.1545 @flex:.0515,,,,.1545 @priority:.18025,,,,.54075 #eu-west-2 .16,,,,.47 @batch:.08,,,,.23 @flex:.08,,,,.23 @priority:.28,,,,.82
moonshot.kimi-k2-thinking;256000;16000;ctjsr;.6,,,,2.5 @batch:.3,,,,1.25 @priority:1.05,,,,4.38
moonshotai.kimi-k2-thinking;262144;16000;ctr;.6,,,,2.5 *us-east-1:1 *us-east-2:1 *us-west-2:1 @flex:.3,,,,1.25 #ap-northeast-1,sa-east-1 .73,,,,3.03 @flex:.36,,,,1.52 #ap-south-1 .71,,,,2.94 @flex:.36,,,,1.47
moonshotai.kimi-k2.5;262144;16000;cvtjsr;.6,,,,3 *ap-southeast-3:1.2 @flex:.3,,,,1.5 #ap-northeast-1,ap-south-1,eu-north-1,sa-east-1 .72,,,,3.6 @batch:.36,,,,1.8 @flex:.36,,,,1.8 @priority:1.26,,,,6.3 #us-east-1,us-east-2,us-west-2 .6,,,,3 @batch:.3,,,,1.5 @flex:.3,,,,1.5 @priority:1.05,,,,5.25
moonshotai.kimi-k3.1;868928;131072;cvtjsrp;4.4,.22,5.5,,22 *in:1 *us:1 @flex:2.2,.11,2.75,,11 @priority:7.7,.385,9.625,,38.5 #global 4,.2,5,,20 @flex:2,.1,2.5,,10 @priority:7,.35,8.75,,35
moonshotai.kimi-k3;1000000;131072;cvtjsrp;3.3,.33,4.125,,16.5 *in:1 *us:1 @flex:1.65,.165,2.0625,,8.25 @priority:5.775,.5775,7.21875,,28.875 #global 3,.3,3.75,,15 @flex:1.5,.15,1.875,,7.5 @priority:5.25,.525,6.5625,,26.25 #us-gov-east-1,us-gov-west-1 3.96,.396,4.95,,19.8 @batch:1.98,,,,9.9 @flex:1.98,.198,2.475,,9.9 @priority:6.93,.693,8.6625,,34.65
nvidia.nemotron-nano-12b-v2;128000;8000;cvtjs;.2,,,,.6 *us-gov-east-1:1.2 *us-gov-west-1:1.2 @batch:.1,,,,.3 @flex:.1,,,,.3 @priority:.35,,,,1.05 #us-gov .24,,,,.72
nvidia.nemotron-nano-3-30b;256000;8000;ctjs;.06,,,,.24 *us-gov-east-1:1.2 *us-gov-west-1:1.2 @batch:.03,,,,.12 @flex:.03,,,,.12 @priority:.11,,,,.42 #us-gov .072,,,,.288
nvidia.nemotron-nano-9b-v2;128000;8000;ctjs;.06,,,,.23 *us-gov-east-1:1.2 *us-gov-west-1:1.2 @batch:.03,,,,.12 @flex:.03,,,,.12 @priority:.11,,,,.4 #us-gov .072,,,,.276
nvidia.nemotron-super-3-120b;256000;32000;ctjsr;.15,,,,.65 *us-gov-east-1:1.2 *us-gov-west-1:1.2 @batch:.075,,,,.325 @flex:.075,,,,.325 @priority:.2625,,,,1.1375 #eu-west-2 .23,,,,1.01 @batch:.115,,,,.505 @flex:.115,,,,.505 @priority:.4025,,,,1.7675 #us-gov .18,,,,.78
openai.gpt-5.4;922000;128000;cvtjsrp;2.75,.275,,,16.5,,,,,,,12000 >272000:5.5,.55,,,24.75 *us:1 #global 2.5,.25,,,15 >272000:5,.5,,,22.5 #us-gov-east-1 3.3,.33,,,19.8 #us-gov-west-1 3.3,.33,,,19.8,,,,,,,14400
openai.gpt-5.5;922000;128000;cvtjsrp;5.5,.55,,,33,,,,,,,12000 >272000:11,1.1,,,49.5 *us:1 #global 5,.5,,,30 >272000:10,1,,,45
openai.gpt-5.6-cyber;922000;128000;cvtjsrp;13.75,1.375,17.1875,,82.5,,,,,,,12000
openai.gpt-5.6-luna;922000;128000;cvtjsrp;.22,.022,.275,,1.32,,,,,,,12000 >272000:.44,.044,.55,,1.98 *us:1 #global .2,.02,.25,,1.2 >272000:.4,.04,.5,,1.8 #us-gov-west-1 .264,.0264,.33,,1.584,,,,,,,14400 >272000:.528,.0528,.66,,2.376 @flex:.132,.0132,.165,,.792 >272000:.264,.0264,.33,,1.188 @priority:.528,.0528,.66,,3.168 >272000:1.056,.1056,1.32,,4.752
openai.gpt-5.6-sol;922000;128000;cvtjsrp;4.4,.44,5.5,,22,,,,,,,12000 >272000:8.8,.88,11,,33 *us:1 #global 4,.4,5,,20 >272000:8,.8,10,,30
openai.gpt-5.6-terra;922000;128000;cvtjsrp;2.2,.22,2.75,,13.2,,,,,,,12000 >272000:4.4,.44,5.5,,19.8 *us:1 #global 2,.2,2.5,,12 >272000:4,.4,5,,18 #us-gov-west-1 2.64,.264,3.3,,15.84,,,,,,,14400 >272000:5.28,.528,6.6,,23.76 @flex:1.32,.132,1.65,,7.92 >272000:2.64,.264,3.3,,11.88 @priority:5.28,.528,6.6,,31.68 >272000:10.56,1.056,13.2,,47.52
openai.gpt-6-astra;922000;128000;cvtjsrp;11,1.1,13.75,,55,,,,,,,12000 >272000:22,2.2,27.5,,82.5 *us:1 @ultrafast:66,6.6,82.5,,330 >272000:132,13.2,165,,495 #global 10,1,12.5,,50 >272000:20,2,25,,75 @ultrafast:60,6,75,,300 >272000:120,12,150,,450
openai.gpt-6-luna;922000;128000;cvtrp;.1,.01,.125,,.5 >272000:.2,.02,.25,,.75 *global:1 *us:1.1
openai.gpt-6-sol;922000;128000;cvtrp;2,.2,2.5,,10 >272000:4,.4,5,,15 *global:1 *us:1.1
openai.gpt-6.1-sol;1000000;131072;cvtjsrp;2.2,.11,2.75,,11,,,,,,,12000 >272000:4.4,.22,5.5,,16.5 *us:1 @ultrafast:13.2,.66,16.5,,66 >272000:26.4,1.32,33,,99 #global 2,.1,2.5,,10 >272000:4,.2,5,,15 @ultrafast:12,.6,15,,60 >272000:24,1.2,30,,90
openai.gpt-6.1-terra;922000;128000;cvtjsrp;1.1,.055,1.375,,5.5,,,,,,,12000 >272000:2.2,.11,2.75,,8.25 *us:1 #global 1,.05,1.25,,5 >272000:2,.1,2.5,,7.5
openai.gpt-daybreak-blue-5.6-sol;1050000;128000;cvtjsrp;4.4,.44,5.5,,22,,,,,,,12000 >272000:8.8,.88,11,,33
openai.gpt-oss-120b-1;128000;16384;ctjsr;.15,,,,.6 *us-gov-east-1:1.2 *us-gov-west-1:1.2 @batch:.075,,,,.3 @flex:.075,,,,.3 @priority:.2625,,,,1.05 #us-gov .18,,,,.72
openai.gpt-oss-120b;131072;16384;ctjsr;.15,,,,.6 *us-gov-east-1:1.2 *us-gov-west-1:1.2 @batch:.075,,,,.3 @flex:.075,,,,.3 @priority:.2625,,,,1.05
openai.gpt-oss-20b-1;128000;16384;ctjsr;.07,,,,.3 *us-gov-east-1:1.2 *us-gov-west-1:1.2 @batch:.035,,,,.15 @flex:.035,,,,.15 @priority:.1225,,,,.525 #us-gov .084,,,,.36
openai.gpt-oss-20b;131072;16384;ctjsr;.07,,,,.3 *us-gov-east-1:1.2 *us-gov-west-1:1.2 @batch:.035,,,,.15 @flex:.035,,,,.15 @priority:.1225,,,,.525
openai.gpt-oss-safeguard-120b;128000;16000;ctjs;.15,,,,.6 @batch:.07,,,,.3 @flex:.07,,,,.3 @priority:.26,,,,1.05
openai.gpt-oss-safeguard-20b;128000;16000;ctjs;.07,,,,.2 @batch:.03,,,,.1 @flex:.03,,,,.1 @priority:.12,,,,.35
qwen.qwen3-235b-a22b-2507-v1;262144;8192;ctr;.22,,,,.88 @batch:.11,,,,.44 @flex:.11,,,,.44
qwen.qwen3-235b-a22b-2507;256000;8000;ctr;.22,,,,.88 @batch:.11,,,,.44 @flex:.11,,,,.44 @priority:.385,,,,1.54
qwen.qwen3-32b-v1;32768;8192;ctr;.15,,,,.6 @batch:.075,,,,.3 @flex:.075,,,,.3 @priority:.2625,,,,1.05
qwen.qwen3-32b;32000;8000;ctr;.15,,,,.6 @batch:.075,,,,.3 @flex:.075,,,,.3 @priority:.2625,,,,1.05
qwen.qwen3-coder-30b-a3b-instruct;256000;16000;ct;.15,,,,.6 @batch:.075,,,,.3 @flex:.075,,,,.3 @priority:.2625,,,,1.05
qwen.qwen3-coder-30b-a3b-v1;262144;16384;ctr;.15,,,,.6 @batch:.075,,,,.3 @priority:.2625,,,,1.05
qwen.qwen3-coder-480b-a35b-instruct;262144;16000;ct;.45,,,,1.8 @batch:.225,,,,.9 @flex:.225,,,,.9 @priority:.7875,,,,3.15
qwen.qwen3-coder-480b-a35b-v1;262144;16384;ctr;.45,,,,1.8
qwen.qwen3-coder-next;256000;16000;ctjs;.5,,,,1.2 *us-east-1:1 @batch:.25,,,,.6 @flex:.25,,,,.6 @priority:.875,,,,2.1 #ap-northeast-1,ap-south-1,ap-southeast-3,eu-central-1,eu-south-1,eu-west-1,sa-east-1 .6,,,,1.44 @flex:.3,,,,.72 #eu-west-2 .78,,,,1.86 @batch:.39,,,,.93 @flex:.39,,,,.93 @priority:1.365,,,,3.255 #us-east-2,us-west-2 .5,,,,1.2 @flex:.25,,,,.6
qwen.qwen3-next-80b-a3b-instruct;256000;8000;ctr;.14,,,,1.2 @batch:.07,,,,.6 @flex:.07,,,,.6 @priority:.26,,,,2.1
qwen.qwen3-next-80b-a3b;256000;8000;ctjs;.15,,,,1.2 @flex:.07,,,,.6 @priority:.26,,,,2.1 #ap-northeast-1,sa-east-1 .18,,,,1.45 @flex:.09,,,,.72 @priority:.32,,,,2.54 #ap-south-1 .18,,,,1.41 @batch:.09,,,,.71 @flex:.09,,,,.71 @priority:.32,,,,2.47 #ap-southeast-2 .1545,,,,1.236 #eu-west-1 .18,,,,1.41 @flex:.09,,,,.71 @priority:.32,,,,2.47 #eu-west-2 .23,,,,1.86 @flex:.12,,,,.93 @priority:.4,,,,3.26
qwen.qwen3-vl-235b-a22b-instruct;256000;8000;cvt;.53,,,,2.66 @batch:.26,,,,1.33 @flex:.26,,,,1.33 @priority:.93,,,,4.66
qwen.qwen3-vl-235b-a22b;256000;8000;cvt;.53,,,,2.66 @batch:.26,,,,1.33 @priority:.93,,,,4.66
writer.palmyra-vision-7b;4096;;cv;.15,,,,.6 @batch:.075,,,,.3 @flex:.075,,,,.3 @priority:.2625,,,,1.05
writer.palmyra-x4-v1;128000;8192;ct;2.5,,,,10
writer.palmyra-x5-v1;128000;8192;ct;.6,,,,6
xai.grok-4.3;1048576;16384;cvtjsr;1.25,.2,,,2.5 *us-gov-west-1:1.2 @batch:.625,.1,,,1.25 @flex:.625,.1,,,1.25 @priority:2.1875,.35,,,4.375
xai.grok-4.6;500000;;cvtjsrp;2.2,.55,,,6.6 *us:1 *us-gov-east-1:1.2 *us-gov-west-1:1.2 @flex:1.1,.275,,,3.3 @priority:3.85,.9625,,,11.55 #global 2,.5,,,6 @flex:1,.25,,,3 @priority:3.5,.875,,,10.5 #us-gov 2.64,.66,,,7.92
xai.grok-4.7;524288;;cvtjsrp;2.2,.55,,,6.6 *us-gov:1.2 *us-gov-east-1:1.2 *us-gov-west-1:1.2 @batch:1.1,,,,3.3 @flex:1.1,.275,,,3.3 @priority:3.85,.9625,,,11.55 #global 2,.5,,,6 @flex:1,.25,,,3 @priority:3.5,.875,,,10.5 #us 2.2,.55,,,6.6 @flex:1.1,.275,,,3.3 @priority:3.85,.9625,,,11.55
zai.glm-4.7-flash;203000;128000;ctjsr;.07,,,,.4 @batch:.035,,,,.2 @flex:.035,,,,.2 @priority:.1225,,,,.7
zai.glm-4.7;203000;128000;ctjsr;.6,,,,2.2 @batch:.3,,,,1.1 @flex:.3,,,,1.1 @priority:1.05,,,,3.85
zai.glm-5.3;1000000;128000;ctjsrp;1.68,.312,2.1,,5.28 *global:1 *us:1.1 @batch:.84,.156,1.05,,2.64 @flex:.84,.156,1.05,,2.64 @priority:2.94,.546,3.675,,9.24
zai.glm-5;200000;128000;ctjsr;1,,,,3.2 @batch:.5,,,,1.6 @priority:1.75,,,,5.6 #us-east-1,us-west-2 1,,,,3.2 @batch:.5,,,,1.6 @flex:.5,,,,1.6 @priority:1.75,,,,5.6
`,
}
