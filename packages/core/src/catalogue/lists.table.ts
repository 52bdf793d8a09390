import { anthropicList } from './lists/anthropic.list.ts'
import { azureOpenaiList } from './lists/azure-openai.list.ts'
import { bedrockList } from './lists/bedrock.list.ts'
import { cohereList } from './lists/cohere.list.ts'
import { deepseekList } from './lists/deepseek.list.ts'
import { geminiList } from './lists/gemini.list.ts'
import { grokList } from './lists/grok.list.ts'
import { groqList } from './lists/groq.list.ts'
import { jinaList } from './lists/jina.list.ts'
import { mistralList } from './lists/mistral.list.ts'
import { openaiList } from './lists/openai.list.ts'
import { openrouterList } from './lists/openrouter.list.ts'
import { togetherList } from './lists/together.list.ts'
import { vertexList } from './lists/vertex.list.ts'
import { voyageList } from './lists/voyage.list.ts'
import type { SourceList } from './parse-list.ts'

/** What a script read from public lists, by provider type: see `tooling/catalogue`. */
export const sourceLists: Readonly<Record<string, SourceList>> = {
  openai: openaiList,
  azure_openai: azureOpenaiList,
  anthropic: anthropicList,
  cohere: cohereList,
  grok: grokList,
  gemini: geminiList,
  vertex: vertexList,
  mistral: mistralList,
  groq: groqList,
  deepseek: deepseekList,
  bedrock: bedrockList,
  openrouter: openrouterList,
  voyage: voyageList,
  jina: jinaList,
  together: togetherList,
}
