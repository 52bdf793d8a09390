import type { FilePart, ImagePart, MediaSource } from '../../chat/message.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import type { JsonObject } from '../../wire/json.ts'
import { ownValue } from '../../wire/own-value.ts'
import { toStandardBase64 } from '../shared/base64.ts'
import { registeredMediaType } from '../shared/media-type.ts'

/** Converse's reference: `ImageBlock`, `DocumentBlock` and `VideoBlock`, 2026-08. */
const imageFormats: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
}

const documentFormats: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/plain': 'txt',
  'text/markdown': 'md',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
}

const videoFormats: Readonly<Record<string, string>> = {
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'video/x-matroska': 'mkv',
  'video/x-flv': 'flv',
  'video/mpeg': 'mpeg',
  'video/x-ms-wmv': 'wmv',
  'video/3gpp': 'three_gp',
}

const documentEndings = new Set(Object.values(documentFormats))

/** The name and the type of a source. */
interface Media {
  readonly mediaType: string
  readonly ending: string
  readonly source: JsonObject
}

function endingOf(name: string): string {
  return /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''
}

/** Bedrock fetches nothing but objects of S3. @throws InvalidRequestError */
function mediaOf(source: MediaSource, path: string): Media {
  switch (source.type) {
    case 'base64':
      return { mediaType: registeredMediaType(source.mediaType), ending: '', source: { bytes: toStandardBase64(source.data) } }
    case 'url':
      if (!source.url.startsWith('s3://')) break
      return { mediaType: source.mediaType ?? '', ending: endingOf(source.url), source: { s3Location: { uri: source.url } } }
    case 'file-id':
  }
  const found = source.type === 'url' ? 'a link' : 'a file id'
  throw new InvalidRequestError(`${path} is ${found}; Bedrock takes inline data (a data: URL) and s3:// links.`, path)
}

function refuseType(mediaType: string, path: string, allowed: Readonly<Record<string, string>>): never {
  throw new InvalidRequestError(`${path} is of type "${mediaType}"; Bedrock takes ${Object.keys(allowed).join(', ')}.`, path)
}

function toImage(media: Media, path: string): JsonObject {
  const format = ownValue(imageFormats, media.mediaType) ?? ownValue(imageFormats, `image/${media.ending}`)
  return { image: { format: format ?? refuseType(media.mediaType, path, imageFormats), source: media.source } }
}

/** @throws InvalidRequestError for a link or a type that Bedrock can't take */
export function toBedrockImage(part: ImagePart, path: string): JsonObject {
  return toImage(mediaOf(part.source, path), path)
}

/** Names may hold letters, digits, single spaces, hyphens and brackets, and must differ within a request. */
export function createDocumentNames(): (filename: string | undefined) => string {
  const used = new Map<string, number>()
  return (filename) => {
    const name =
      (filename ?? '')
        .replace(/\.[a-z0-9]+$/i, '')
        .replace(/[^A-Za-z0-9()[\]-]+/g, ' ')
        .trim()
        .slice(0, 190) || 'document'
    const count = (used.get(name) ?? 0) + 1
    used.set(name, count)
    return count === 1 ? name : `${name} (${count})`
  }
}

function documentFormat({ mediaType, ending }: Media, filename: string): string | undefined {
  const known = ownValue(documentFormats, mediaType.split(';', 1)[0])
  const named = [endingOf(filename), ending].find((candidate) => documentEndings.has(candidate))
  return known ?? named ?? (mediaType.startsWith('text/') ? 'txt' : undefined)
}

/** A file is a document, unless it is a picture or a film. @throws InvalidRequestError */
export function toBedrockFile(part: FilePart, path: string, nameOf: (filename: string | undefined) => string): JsonObject {
  const media = mediaOf(part.source, path)
  if (media.mediaType.startsWith('image/')) return toImage(media, path)
  const video = ownValue(videoFormats, media.mediaType) ?? ownValue(videoFormats, `video/${media.ending}`)
  if (video !== undefined) return { video: { format: video, source: media.source } }
  const format = documentFormat(media, part.filename ?? '') ?? refuseType(media.mediaType, path, documentFormats)
  return { document: { format, name: nameOf(part.filename), source: media.source } }
}
