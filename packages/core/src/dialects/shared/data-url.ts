import type { MediaSource } from '../../chat/message.ts'

/** Reads a `data:` URL as inline media and anything else as a link. Linear in the length; base64 is not checked. */
export function fromMediaUrl(url: string): MediaSource {
  const comma = url.startsWith('data:') ? url.indexOf(',') : -1
  if (comma === -1) return { type: 'url', url }
  const head = url.slice('data:'.length, comma)
  if (!head.endsWith(';base64')) return { type: 'url', url }
  const mediaType = head.slice(0, -';base64'.length).split(';', 1)[0]
  return {
    type: 'base64',
    mediaType: mediaType === undefined || mediaType === '' ? 'application/octet-stream' : mediaType,
    data: url.slice(comma + 1),
  }
}

/** A URL for inline media or a link; a file id stays an id. */
export function toMediaUrl(source: MediaSource): string {
  switch (source.type) {
    case 'base64':
      return `data:${source.mediaType};base64,${source.data}`
    case 'url':
      return source.url
    case 'file-id':
      return source.fileId
  }
}
