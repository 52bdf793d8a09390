import type { ChatRequest } from '../../chat/request.ts'
import { ProviderError } from '../../errors/provider-error.ts'
import { isJsonObject } from '../../wire/json.ts'

/**
 * Refuses a request that holds only the new part of a conversation whose rest another vendor keeps: what this target would
 * be sent is not what was asked. The refusal is Anthropic's own for a thread that it no longer has, upon which its
 * clients send the whole conversation again (platform.claude.com/docs/en/build-with-claude/message-threads, 2026-11).
 *
 * @throws ProviderError `invalid_request` with status 404 and code `thread_not_found`
 */
export function assertWhole({ extras }: ChatRequest): void {
  const thread = extras?.dialect === 'anthropic-messages' ? extras.fields['thread'] : undefined
  if (!isJsonObject(thread) || thread['type'] !== 'continue') return
  throw new ProviderError({
    failure: 'invalid_request',
    provider: '',
    status: 404,
    type: 'not_found_error',
    code: 'thread_not_found',
    param: 'thread',
    message: 'The model that answers here keeps no message threads: send the whole conversation with thread.type "create".',
  })
}
