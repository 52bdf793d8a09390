import type { MediaSource, TextPart, UserPart } from '../../chat/message.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { isJsonObject, type JsonObject, readObject, readString } from '../../wire/json.ts'
import { fromCacheControl, toCacheControl } from '../shared/cache-control.ts'
import { fromMediaUrl, toMediaUrl } from '../shared/data-url.ts'

const allowedTypes = 'text, image_url, input_audio, file'

function missing(path: string, what: string): never {
  throw new InvalidRequestError(`${path} is missing: ${what}.`, path)
}

function fromImage(part: JsonObject, path: string): UserPart {
  const image = part['image_url']
  const url = typeof image === 'string' ? image : isJsonObject(image) ? readString(image, 'url') : undefined
  if (url === undefined) missing(`${path}.image_url.url`, 'an image part needs a URL or a data: URL')
  const detail = isJsonObject(image) ? image['detail'] : undefined
  return {
    type: 'image',
    source: fromMediaUrl(url),
    ...((detail === 'low' || detail === 'high' || detail === 'auto') && { detail }),
    ...fromCacheControl(part),
  }
}

function fromAudio(part: JsonObject, path: string): UserPart {
  const audio = readObject(part, 'input_audio')
  const data = audio && readString(audio, 'data')
  if (audio === undefined || data === undefined) missing(`${path}.input_audio.data`, 'an audio part needs base64 data')
  const format = readString(audio, 'format') ?? 'wav'
  return {
    type: 'audio',
    source: { type: 'base64', mediaType: `audio/${format === 'mp3' ? 'mpeg' : format}`, data },
    ...fromCacheControl(part),
  }
}

function fromFile(part: JsonObject, path: string): UserPart {
  const file = readObject(part, 'file') ?? {}
  const data = readString(file, 'file_data')
  const fileId = readString(file, 'file_id')
  if (data === undefined && fileId === undefined) missing(`${path}.file`, 'a file part needs file_data or file_id')
  const source: MediaSource = data === undefined ? { type: 'file-id', fileId: fileId ?? '' } : fromMediaUrl(data)
  return { type: 'file', source, filename: readString(file, 'filename'), ...fromCacheControl(part) }
}

/** Reads one content part of a user or tool message. */
export function fromOpenAiPart(part: unknown, path: string): UserPart {
  if (!isJsonObject(part)) throw new InvalidRequestError(`${path} must be an object, found ${part === null ? 'null' : typeof part}.`, path)
  switch (part['type']) {
    case 'text':
      return {
        type: 'text',
        text: readString(part, 'text') ?? missing(`${path}.text`, 'a text part needs a text'),
        ...fromCacheControl(part),
      }
    case 'image_url':
      return fromImage(part, path)
    case 'input_audio':
      return fromAudio(part, path)
    case 'file':
      return fromFile(part, path)
    default:
      throw new InvalidRequestError(`${path}.type is ${JSON.stringify(part['type'])}; allowed: ${allowedTypes}.`, `${path}.type`)
  }
}

/** Reads a list of parts of which only text is allowed (system, assistant). Thinking parts of other vendors are left out. */
export function fromOpenAiTextParts(parts: readonly unknown[], path: string): readonly TextPart[] {
  return parts.flatMap((part, index): TextPart[] => {
    const at = `${path}[${index}]`
    if (isJsonObject(part) && (part['type'] === 'refusal' || part['type'] === 'thinking')) return []
    const read = fromOpenAiPart(part, at)
    if (read.type === 'text') return [read]
    throw new InvalidRequestError(`${at}.type is "${String(isJsonObject(part) ? part['type'] : '')}"; allowed: text.`, `${at}.type`)
  })
}

function audioFormat(source: MediaSource): string {
  const subtype = source.type === 'base64' ? source.mediaType.replace('audio/', '') : 'wav'
  return subtype === 'mpeg' ? 'mp3' : subtype.replace('x-wav', 'wav')
}

function toAudio(source: MediaSource): JsonObject {
  if (source.type === 'base64') return { type: 'input_audio', input_audio: { data: source.data, format: audioFormat(source) } }
  return toFile(source, undefined)
}

function toFile(source: MediaSource, filename: string | undefined): JsonObject {
  const name = filename !== undefined && { filename }
  if (source.type === 'file-id') return { type: 'file', file: { file_id: source.fileId, ...name } }
  return { type: 'file', file: { file_data: toMediaUrl(source), ...(name || { filename: 'file' }) } }
}

function toPart(part: UserPart): JsonObject {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'image':
      if (part.source.type === 'file-id') return toFile(part.source, undefined)
      return { type: 'image_url', image_url: { url: toMediaUrl(part.source), ...(part.detail !== undefined && { detail: part.detail }) } }
    case 'audio':
      return toAudio(part.source)
    case 'file':
      return toFile(part.source, part.filename)
  }
}

/** Writes a content part; `marks`: the provider takes `cache_control`. */
export function toOpenAiPart(part: UserPart, marks: boolean): JsonObject {
  return marks && part.cacheBreakpoint !== undefined ? { ...toPart(part), ...toCacheControl(part) } : toPart(part)
}
