import { bedrockFailures } from '../dialects/bedrock-converse/failures.table.ts'
import { bedrockConverse } from '../dialects/bedrock-converse/index.ts'
import { bedrockCapabilities } from '../dialects/bedrock-converse/model-traits.ts'
import { defineProvider, type PathTarget } from './definition.ts'
import { pathSegment } from './path-segment.ts'
import { sigV4 } from './sigv4.ts'

/** Ids and ARNs hold colons and slashes: each is encoded. */
function modelPath({ model }: PathTarget): string {
  return `/model/${pathSegment(model)}`
}

export const bedrock = defineProvider({
  type: 'bedrock',
  dialect: bedrockConverse,
  baseUrl: ({ region }) => `https://bedrock-runtime.${region ?? 'us-east-1'}.amazonaws.com`,
  auth: sigV4,
  credentials: [{ required: ['apiKey'] }, { required: ['accessKeyId', 'secretAccessKey'], optional: ['sessionToken'] }],
  env: {
    apiKey: ['AWS_BEARER_TOKEN_BEDROCK'],
    accessKeyId: ['AWS_ACCESS_KEY_ID'],
    secretAccessKey: ['AWS_SECRET_ACCESS_KEY'],
    sessionToken: ['AWS_SESSION_TOKEN'],
    region: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
    baseUrl: ['BEDROCK_BASE_URL', 'AWS_ENDPOINT_URL_BEDROCK_RUNTIME'],
  },
  families: /^(anthropic|amazon|meta|cohere|mistral|ai21|us|eu|apac|global)\.[a-z]/,
  genAiName: 'aws.bedrock',
  paths: {
    chat: (target) => `${modelPath(target)}/${target.stream ? 'converse-stream' : 'converse'}`,
    embeddings: (target) => `${modelPath(target)}/invoke`,
    rerank: (target) => `${modelPath(target)}/invoke`,
  },
  capabilities: bedrockCapabilities,
  failures: bedrockFailures,
})
