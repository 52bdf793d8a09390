import type { MediaSource, UserPart } from '../../chat/message.ts'
import type { JsonObject } from '../../wire/json.ts'
import { ownValue } from '../../wire/own-value.ts'
import { registeredMediaType } from '../shared/media-type.ts'

type MediaPart = Exclude<UserPart, { readonly type: 'text' }>

const typesByEnding: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  heic: 'image/heic',
  heif: 'image/heif',
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
  html: 'text/html',
  md: 'text/markdown',
  json: 'application/json',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
}

const fallbacks = { image: 'image/jpeg', audio: 'audio/wav', file: 'application/pdf' } as const

function endingOf(name: string): string {
  return /\.([a-z0-9]{2,4})(?:[?#]|$)/i.exec(name)?.[1]?.toLowerCase() ?? ''
}

/** Vertex wants a media type with every link; the ending of the name is the only hint there is. */
function linkType(part: MediaPart, source: Extract<MediaSource, { readonly type: 'url' }>): string {
  if (source.mediaType !== undefined) return source.mediaType
  if (/^https:\/\/(www\.|m\.)?(youtube\.com|youtu\.be)\//.test(source.url)) return 'video/mp4'
  const named = part.type === 'file' ? ownValue(typesByEnding, endingOf(part.filename ?? '')) : undefined
  return named ?? ownValue(typesByEnding, endingOf(source.url)) ?? fallbacks[part.type]
}

/** Clients that know no better type call a file `application/octet-stream`, which Gemini refuses. */
function inlineType(part: MediaPart, mediaType: string): string {
  if (mediaType !== 'application/octet-stream') return registeredMediaType(mediaType)
  return (part.type === 'file' ? ownValue(typesByEnding, endingOf(part.filename ?? '')) : undefined) ?? fallbacks[part.type]
}

/** Writes an image, a sound or a file. */
export function toGeminiMedia(part: MediaPart): JsonObject {
  const { source } = part
  switch (source.type) {
    case 'base64':
      return { inlineData: { mimeType: inlineType(part, source.mediaType), data: source.data } }
    case 'url':
      return { fileData: { mimeType: linkType(part, source), fileUri: source.url } }
    case 'file-id':
      return { fileData: { fileUri: source.fileId } }
  }
}
