/** Pixels of an image. */
export interface ImageSize {
  readonly width: number
  readonly height: number
}

/** How much of an image is looked at: a PNG says its size at once, a JPEG after its metadata. */
const headerCharacters = 128 * 1024

function decode(base64: string): Uint8Array | undefined {
  const length = Math.min(base64.length, headerCharacters) & ~3
  try {
    return Uint8Array.from(atob(base64.slice(0, length)), (character) => character.charCodeAt(0))
  } catch {
    return undefined // not base64: an image that can't be read has no known size
  }
}

function pngSize(view: DataView): ImageSize | undefined {
  // Signature, then the chunk IHDR with width and height (PNG specification, 11.2.2).
  if (view.byteLength < 24 || view.getUint32(0) !== 0x89504e47) return undefined
  return { width: view.getUint32(16), height: view.getUint32(20) }
}

function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

function jpegSize(view: DataView): ImageSize | undefined {
  // Segments: FF, marker, length; the start of frame holds height and width (ITU T.81, B.2.2).
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return undefined
  let offset = 2
  while (offset + 9 <= view.byteLength && view.getUint8(offset) === 0xff) {
    if (isStartOfFrame(view.getUint8(offset + 1))) return { width: view.getUint16(offset + 7), height: view.getUint16(offset + 5) }
    offset += 2 + view.getUint16(offset + 2)
  }
  return undefined
}

/** Reads the size of a PNG or JPEG out of its base64 text; `undefined` for anything else. */
export function parseImageSize(base64: string): ImageSize | undefined {
  const bytes = decode(base64)
  if (bytes === undefined) return undefined
  const view = new DataView(bytes.buffer)
  const size = pngSize(view) ?? jpegSize(view)
  return size === undefined || size.width === 0 || size.height === 0 ? undefined : size
}
