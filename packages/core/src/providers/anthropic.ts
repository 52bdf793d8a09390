import { anthropicMessages } from '../dialects/anthropic-messages/index.ts'
import type { Capabilities } from '../dialects/capabilities.ts'
import { keyHeader } from './auth.ts'
import { defineProvider } from './definition.ts'

/** Models that hold an answer to a schema by themselves (docs.anthropic.com, structured outputs, 2026-05); older ones are forced through a tool. */
const nativeSchema = /claude-(opus-4-[1-9]|sonnet-4-[5-9]|haiku-4-[5-9]|(opus|sonnet|haiku)-[5-9])/

/** Models that answer 400 to a last message of the assistant (docs.anthropic.com, what's new in Claude 4.6, 2026-02); older ones go on from it. */
const refusesPrefill = /claude-((opus|sonnet|haiku)-4-[6-9]|(opus|sonnet|haiku|fable)-[5-9])/

function capabilities(model: string): Capabilities {
  return {
    tools: true,
    parallelTools: true,
    vision: true,
    imageUrls: true,
    audio: false,
    files: true,
    jsonObject: false,
    prefill: refusesPrefill.test(model) ? 'refused' : 'native',
    jsonSchema: nativeSchema.test(model) ? 'native' : 'forced-tool',
  }
}

export const anthropic = defineProvider({
  type: 'anthropic',
  dialect: anthropicMessages,
  baseUrl: 'https://api.anthropic.com',
  versionSuffixes: ['/v1'],
  auth: keyHeader('x-api-key'),
  headers: { 'anthropic-version': '2023-06-01' },
  env: { apiKey: ['ANTHROPIC_API_KEY'], baseUrl: ['ANTHROPIC_BASE_URL'] },
  families: /^claude-/,
  paths: { chat: () => '/v1/messages', models: () => '/v1/models' },
  capabilities,
  failures: [
    { status: 529, failure: 'server', source: 'docs.anthropic.com/en/api/errors, 2026-05' },
    { status: 400, says: 'credit balance is too low', failure: 'quota', source: 'recorded, api.anthropic.com, 2026' },
    {
      status: 400,
      says: 'api usage limits',
      failure: 'quota',
      source: 'recorded, api.anthropic.com, 2026: of an organization or a workspace',
    },
    { status: 400, says: 'organization has been disabled', failure: 'authentication', source: 'recorded, api.anthropic.com, 2026' },
  ],
})
