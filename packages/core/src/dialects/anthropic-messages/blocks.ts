import type { MediaSource, TextPart, ToolResultPart, UserPart } from '../../chat/message.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { isJsonObject, type JsonObject, readObject, readString } from '../../wire/json.ts'
import { isBlank } from '../claude/texts.ts'
import { toStandardBase64 } from '../shared/base64.ts'
import { fromCacheControl, toCacheControl } from '../shared/cache-control.ts'
import { fromMediaUrl } from '../shared/data-url.ts'
import { registeredMediaType } from '../shared/media-type.ts'

function fromSource(block: JsonObject, path: string): MediaSource {
  const source = readObject(block, 'source') ?? {}
  const mediaType = readString(source, 'media_type')
  switch (source['type']) {
    case 'base64':
      return { type: 'base64', mediaType: mediaType ?? 'application/octet-stream', data: readString(source, 'data') ?? '' }
    case 'url':
      return { type: 'url', url: readString(source, 'url') ?? '' }
    case 'file':
      return { type: 'file-id', fileId: readString(source, 'file_id') ?? '' }
    default:
      throw new InvalidRequestError(
        `${path}.source.type is ${JSON.stringify(source['type']) ?? 'missing'}; allowed: base64, url, file.`,
        `${path}.source.type`,
      )
  }
}

/** A document of plain text or of blocks is text to every vendor. */
function fromDocument(block: JsonObject, path: string): UserPart {
  const source = readObject(block, 'source') ?? {}
  if (source['type'] === 'text') return { type: 'text', text: readString(source, 'data') ?? '', ...fromCacheControl(block) }
  if (source['type'] === 'content') {
    const content = source['content']
    const texts = Array.isArray(content)
      ? content.filter(isJsonObject).map((part) => readString(part, 'text') ?? '')
      : [typeof content === 'string' ? content : '']
    return { type: 'text', text: texts.join('\n'), ...fromCacheControl(block) }
  }
  return { type: 'file', source: fromSource(block, path), filename: readString(block, 'title'), ...fromCacheControl(block) }
}

/** Reads a content block of a user message or a tool result; `undefined` for one that only Anthropic knows. */
export function fromAnthropicBlock(block: JsonObject, path: string): ToolResultPart | undefined {
  switch (block['type']) {
    case 'text':
      return { type: 'text', text: readString(block, 'text') ?? '', ...fromCacheControl(block) }
    case 'image':
      return { type: 'image', source: fromSource(block, path), ...fromCacheControl(block) }
    case 'document': {
      const part = fromDocument(block, path)
      return part.type === 'audio' ? undefined : part
    }
    case 'search_result':
      return { type: 'text', text: JSON.stringify(block), ...fromCacheControl(block) }
    default:
      return undefined
  }
}

function toSource(source: MediaSource): JsonObject {
  switch (source.type) {
    case 'base64':
      return { type: 'base64', media_type: registeredMediaType(source.mediaType), data: toStandardBase64(source.data) }
    case 'url':
      return { type: 'url', url: source.url }
    case 'file-id':
      return { type: 'file', file_id: source.fileId }
  }
}

function toFile(part: Extract<UserPart, { type: 'file' }>): JsonObject {
  const { source } = part
  const title = part.filename !== undefined && { title: part.filename }
  const mediaType = source.type === 'base64' ? registeredMediaType(source.mediaType) : ''
  if (mediaType.startsWith('image/')) return { type: 'image', source: toSource(source), ...toCacheControl(part) }
  if (source.type === 'base64' && mediaType.startsWith('text/')) {
    const bytes = Uint8Array.from(atob(source.data), (char) => char.charCodeAt(0))
    return {
      type: 'document',
      source: { type: 'text', media_type: 'text/plain', data: new TextDecoder().decode(bytes) },
      ...title,
      ...toCacheControl(part),
    }
  }
  return { type: 'document', source: toSource(source), ...title, ...toCacheControl(part) }
}

/** Writes a part; `undefined` for a text that Anthropic refuses. @throws InvalidRequestError for audio */
export function toAnthropicBlock(part: UserPart): JsonObject | undefined {
  switch (part.type) {
    case 'text':
      return isBlank(part.text) ? undefined : { type: 'text', text: part.text, ...toCacheControl(part) }
    case 'image':
      return {
        type: 'image',
        source: toSource(part.source.type === 'url' ? fromMediaUrl(part.source.url) : part.source),
        ...toCacheControl(part),
      }
    case 'file':
      return toFile(part)
    case 'audio':
      throw new InvalidRequestError('messages: this provider takes no audio; allowed: text, images and documents.', 'messages')
  }
}

export function isTextPart(part: ToolResultPart | undefined): part is TextPart {
  return part?.type === 'text'
}
