import { isJsonObject, type JsonObject, readArray } from '../../wire/json.ts'

/** The one kind of citation that the dialect has; clients with strict readers refuse others. */
function isUrlCitation(annotation: JsonObject): boolean {
  return annotation['type'] === 'url_citation'
}

function isImage(annotation: JsonObject): boolean {
  return annotation['type'] === 'image_url'
}

/**
 * Citations of a message or a delta, and the images that it made: OpenRouter writes those to `images`, as parts of the type
 * `image_url` (openrouter.ai/docs/features/multimodal/image-generation, 2026). `undefined` when there are none of both.
 */
export function fromOpenAiAnnotations(message: JsonObject): readonly JsonObject[] | undefined {
  if (message['annotations'] === undefined && message['images'] === undefined) return undefined
  const annotations = readArray(message, 'annotations')
  const images = readArray(message, 'images')
  if (annotations === undefined && images === undefined) return undefined
  return [...(annotations ?? []), ...(images ?? [])].filter(isJsonObject)
}

/** The fields of a message or a delta that hold citations and images. */
export function toOpenAiAnnotations(annotations: readonly JsonObject[]): JsonObject {
  const images = annotations.filter(isImage)
  const citations = annotations.filter(isUrlCitation)
  return { ...(citations.length > 0 && { annotations: citations }), ...(images.length > 0 && { images }) }
}
