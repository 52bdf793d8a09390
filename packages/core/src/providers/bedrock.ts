import { bedrockFailures } from '../dialects/bedrock-converse/failures.table.ts'
import { bedrockConverse } from '../dialects/bedrock-converse/index.ts'
import { everything } from './capability-rows.ts'
import { defineProvider, type PathTarget } from './definition.ts'
import { sigV4 } from './sigv4.ts'

/** Ids and ARNs hold colons and slashes: each is encoded. */
function modelPath({ model }: PathTarget): string {
  return `/model/${encodeURIComponent(model)}`
}

export const bedrock = defineProvider({
  type: 'bedrock',
  dialect: bedrockConverse,
  baseUrl: ({ region }) => `https://bedrock-runtime.${region ?? 'us-east-1'}.amazonaws.com`,
  auth: sigV4,
  paths: {
    chat: (target) => `${modelPath(target)}/${target.stream ? 'converse-stream' : 'converse'}`,
    embeddings: (target) => `${modelPath(target)}/invoke`,
    rerank: (target) => `${modelPath(target)}/invoke`,
  },
  capabilities: { ...everything, imageUrls: false, audio: false, jsonSchema: 'forced-tool', jsonObject: false },
  failures: bedrockFailures,
})
