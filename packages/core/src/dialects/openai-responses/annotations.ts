import { isJsonObject, type JsonObject, readArray, readObject, readString } from '../../wire/json.ts'

/** A citation in the form of Chat Completions, which is the neutral one; `undefined` for kinds that only this API knows. */
export function fromResponsesAnnotation(annotation: JsonObject): JsonObject | undefined {
  if (annotation['type'] !== 'url_citation') return undefined
  const { type: _type, ...citation } = annotation
  return { type: 'url_citation', url_citation: readObject(annotation, 'url_citation') ?? citation }
}

/** The citations of a text part. */
export function fromResponsesAnnotations(part: JsonObject): readonly JsonObject[] {
  const annotations = (readArray(part, 'annotations') ?? []).filter(isJsonObject)
  return annotations.map(fromResponsesAnnotation).filter((annotation) => annotation !== undefined)
}

/** Citations in the form of this API; images have items of their own, and citations of documents no form here. */
export function toResponsesAnnotations(annotations: readonly JsonObject[]): readonly JsonObject[] {
  return annotations
    .filter((annotation) => annotation['type'] === 'url_citation')
    .map((annotation) => ({ type: 'url_citation', ...(readObject(annotation, 'url_citation') ?? annotation) }))
}

/** The base64 data of the images that an answer made, as this API gives them. */
export function imagesOf(annotations: readonly JsonObject[]): readonly string[] {
  return annotations.flatMap((annotation) => {
    const url = annotation['type'] === 'image_url' ? readString(readObject(annotation, 'image_url') ?? {}, 'url') : undefined
    const data = url === undefined ? undefined : /^data:[^,]*;base64,(.*)$/s.exec(url)?.[1]
    return data === undefined ? [] : [data]
  })
}

/** The image of an item that made one, in the form of Chat Completions; `undefined` while there is none. */
export function fromImageItem(item: JsonObject): JsonObject | undefined {
  const result = readString(item, 'result')
  if (item['type'] !== 'image_generation_call' || result === undefined || result === '') return undefined
  return { type: 'image_url', image_url: { url: `data:image/${readString(item, 'output_format') ?? 'png'};base64,${result}` } }
}
