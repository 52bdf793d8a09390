import type { MediaSource, UserPart } from '../../chat/message.ts'
import type { ForeignPiece } from '../../chat/request.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { isJsonObject, type JsonObject, type JsonValue, readObject, readString } from '../../wire/json.ts'
import { fromMediaUrl } from '../shared/data-url.ts'

/** Takes what has no neutral form. It is judged when the target is known: a provider of this API gets it as it came. */
export type PieceSink = (piece: ForeignPiece) => void

function sourceOf(part: JsonObject, url: string | undefined): MediaSource | undefined {
  const fileId = readString(part, 'file_id')
  if (url !== undefined) return fromMediaUrl(url)
  return fileId === undefined ? undefined : { type: 'file-id', fileId }
}

function fromImage(part: JsonObject): UserPart | undefined {
  const source = sourceOf(part, readString(part, 'image_url'))
  const detail = part['detail']
  return source && { type: 'image', source, ...((detail === 'low' || detail === 'high' || detail === 'auto') && { detail }) }
}

function fromFile(part: JsonObject): UserPart | undefined {
  const source = sourceOf(part, readString(part, 'file_data') ?? readString(part, 'file_url'))
  return source && { type: 'file', source, filename: readString(part, 'filename') }
}

function fromAudio(part: JsonObject): UserPart | undefined {
  const audio = readObject(part, 'input_audio') ?? {}
  const data = readString(audio, 'data')
  const format = readString(audio, 'format') ?? 'wav'
  return data === undefined
    ? undefined
    : { type: 'audio', source: { type: 'base64', mediaType: `audio/${format === 'mp3' ? 'mpeg' : format}`, data } }
}

/** A part in neutral form; `undefined` for one that has none. */
function fromPart(part: JsonObject): UserPart | undefined {
  switch (part['type']) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text: readString(part, 'text') ?? '' }
    case 'input_image':
      return fromImage(part)
    case 'input_file':
      return fromFile(part)
    case 'input_audio':
      return fromAudio(part)
    default:
      return undefined
  }
}

function foreignPart(part: JsonObject, path: string): ForeignPiece {
  const type = part['type']
  const known = type === 'input_image' || type === 'input_file' || type === 'input_audio'
  const message = known
    ? `${path} has neither data, URL nor file_id.`
    : `${path}.type is ${JSON.stringify(type) ?? 'missing'}; allowed: input_text, input_image, input_file, input_audio, output_text, refusal.`
  return { name: typeof type === 'string' ? type : 'content', value: part, refusal: { message, param: known ? path : `${path}.type` } }
}

/** The content of a message or a result. A request makes no sense without a part of it, so that each must be understood. */
export function partsOf(content: JsonValue | undefined, path: string, onForeign: PieceSink): string | readonly UserPart[] {
  if (typeof content === 'string') return content
  if (!Array.isArray(content))
    throw new InvalidRequestError(`${path} must be a string or a list of parts, found ${content === null ? 'null' : typeof content}.`, path)
  return content.filter(isJsonObject).flatMap((part, index) => {
    const read = fromPart(part)
    if (read === undefined) onForeign(foreignPart(part, `${path}[${index}]`))
    return read ?? []
  })
}
