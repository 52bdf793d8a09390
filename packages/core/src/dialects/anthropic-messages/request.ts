import type { ChatRequest } from '../../chat/request.ts'
import { type RequestSource, sourceOf } from '../../chat/source.ts'
import { editJson, type JsonEdit } from '../../wire/edit-json.ts'
import { spliceMember } from '../../wire/splice-member.ts'
import { withClaudeCacheMarks } from '../claude/cache-marks.ts'
import { toClaudeThinking } from '../claude/thinking.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { withPairedResults } from '../shared/paired-results.ts'
import { supportedRequest } from '../shared/supported.ts'
import { takenExtras } from '../shared/taken-extras.ts'
import { foreignPieces, withoutPieces } from './foreign-blocks.ts'
import { toAnthropicHistory } from './messages-encode.ts'
import { toAnthropicParameters } from './request-parameters.ts'
import { toAnthropicTools } from './request-tools.ts'

/** A mark on the whole request caches as much as it can (platform.claude.com, prompt caching, 2026-11); users write it into any body. */
const extraNames = { cache_control: 'cache_control' } as const

function headersOf({ extras }: ChatRequest): EncodedRequest['headers'] {
  return extras?.dialect === 'anthropic-messages' ? extras.headers : undefined
}

function built(given: ChatRequest, target: EncodeTarget): EncodedRequest {
  const capabilities = { cacheBreakpoints: 'all', ...target.capabilities } as const
  const thinking = toClaudeThinking(given, capabilities, 'anthropic-messages')
  // Where Claude does not think, its sampling is free.
  const fitted = supportedRequest(thinking.active ? given : { ...given, reasoning: undefined }, capabilities, 'anthropic-messages')
  const history = withPairedResults(fitted.request.messages)
  const extras = takenExtras(given, 'anthropic-messages', extraNames)
  const { request, changed } = withClaudeCacheMarks(
    { ...fitted.request, messages: history.messages },
    { keepsHour: true, isWholeMarked: extras.fields['cache_control'] !== undefined },
  )
  const tools = toAnthropicTools(request, capabilities)
  const parameters = toAnthropicParameters(request, thinking, target)
  const written = toAnthropicHistory(request.messages)
  const changes = [
    ...fitted.changed,
    ...(history.isChanged ? ['messages'] : []),
    ...changed,
    ...(tools.changed ?? []),
    ...(parameters.changed ?? []),
    ...thinking.changed,
  ]
  return {
    body: {
      ...extras.fields,
      model: target.model,
      ...written.system,
      messages: written.messages,
      ...tools.body,
      ...parameters.body,
      ...(target.stream && { stream: true }),
    },
    dropped: [
      ...fitted.dropped,
      ...tools.dropped,
      ...parameters.dropped,
      ...thinking.dropped,
      ...extras.dropped,
      // What a client of this dialect wrote that no neutral form has: a filter has changed the request, so nothing tells where it belongs.
      ...(given.extras?.dialect === 'anthropic-messages' ? (given.extras.pieces ?? []).map(({ name }) => name) : []),
    ],
    ...(changes.length > 0 && { changed: changes }),
    headers: headersOf(given),
  }
}

/** Whether a client's history may hold what another vendor wrote. Most have nothing of the kind. */
function hasForeignThinking({ messages }: ChatRequest): boolean {
  return messages.some(
    (message) =>
      message.role === 'assistant' &&
      (message.reasoning?.some((block) => block.origin !== 'anthropic-messages') ||
        message.toolCalls?.some((call) => call.signature !== undefined)),
  )
}

/** The client's own bytes with the target's model and without `pieces`, where they are at hand. */
function ownBytes(
  { body, bytes }: RequestSource,
  { model, stream }: EncodeTarget,
  pieces: readonly JsonEdit[],
): Uint8Array<ArrayBuffer> | undefined {
  if (bytes === undefined || (body['stream'] === true) !== stream) return undefined
  if (pieces.length === 0) return spliceMember(bytes, 'model', { value: model })
  return editJson(bytes, [...pieces, { path: ['model'], text: JSON.stringify(model) }])
}

/** Writes a request for Anthropic. A client's own body is sent with the target's model in it, and without what other vendors wrote. */
export function toAnthropicRequest(request: ChatRequest, target: EncodeTarget): EncodedRequest {
  const source = sourceOf(request)
  if (source?.dialect !== 'anthropic-messages') return built(request, target)
  const headers = headersOf(request)
  const pieces = hasForeignThinking(request) ? foreignPieces(source.body, target.model) : []
  const bytes = ownBytes(source, target, pieces)
  const own = pieces.length === 0 ? source.body : withoutPieces(source.body, pieces)
  if (bytes !== undefined) return { body: own, dropped: [], bytes, headers }
  const { stream: _stream, ...body } = own
  return { body: { ...body, model: target.model, ...(target.stream && { stream: true }) }, dropped: [], headers }
}
