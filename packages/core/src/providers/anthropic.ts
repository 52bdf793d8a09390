import { anthropicMessages } from '../dialects/anthropic-messages/index.ts'
import type { Capabilities } from '../dialects/capabilities.ts'
import { claudeCapabilities } from '../dialects/claude/capabilities.ts'
import type { FailureRow } from '../errors/classify-failure.ts'
import { keyHeader } from './auth.ts'
import { defineProvider } from './definition.ts'

function capabilities(model: string): Capabilities {
  return {
    tools: true,
    parallelTools: true,
    vision: true,
    imageUrls: true,
    audio: false,
    files: true,
    jsonObject: false,
    cacheBreakpoints: 'all',
    ...claudeCapabilities(model),
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
    // The client's part of a message thread: no fault of the model, and no other target has it.
    ...['thread_not_found', 'thread_already_continued', 'thread_continue_in_flight'].map(
      (code): FailureRow => ({ code, failure: 'invalid_request', source: 'platform.claude.com, message threads, 2026-11' }),
    ),
  ],
})
