import type { VendorTable } from './model-row.ts'
import { anthropicTable } from './tables/anthropic.table.ts'
import { azureOpenaiTable } from './tables/azure-openai.table.ts'
import { bedrockTable } from './tables/bedrock.table.ts'
import { cohereTable } from './tables/cohere.table.ts'
import { deepseekTable } from './tables/deepseek.table.ts'
import { geminiTable } from './tables/gemini.table.ts'
import { grokTable } from './tables/grok.table.ts'
import { groqTable } from './tables/groq.table.ts'
import { jinaTable } from './tables/jina.table.ts'
import { mistralTable } from './tables/mistral.table.ts'
import { openaiTable } from './tables/openai.table.ts'
import { openrouterTable } from './tables/openrouter.table.ts'
import { togetherTable } from './tables/together.table.ts'
import { vertexTable } from './tables/vertex.table.ts'
import { voyageTable } from './tables/voyage.table.ts'

/** The tables by provider type. One vendor's models may be sold by another: see `find-model.ts`. */
export const vendorTables: Readonly<Record<string, VendorTable>> = {
  openai: openaiTable,
  azure_openai: azureOpenaiTable,
  anthropic: anthropicTable,
  cohere: cohereTable,
  grok: grokTable,
  gemini: geminiTable,
  vertex: vertexTable,
  mistral: mistralTable,
  groq: groqTable,
  deepseek: deepseekTable,
  bedrock: bedrockTable,
  openrouter: openrouterTable,
  voyage: voyageTable,
  jina: jinaTable,
  together: togetherTable,
}
