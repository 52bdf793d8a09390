import { bedrockFailures } from '../dialects/bedrock-converse/failures.table.ts'
import { bedrockConverse } from '../dialects/bedrock-converse/index.ts'
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
  },
  capabilities: {
    tools: true,
    parallelTools: true,
    vision: true,
    imageUrls: false,
    audio: false,
    files: true,
    jsonSchema: 'forced-tool',
    jsonObject: false,
  },
  failures: bedrockFailures,
})
