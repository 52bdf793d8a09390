import { type JsonObject, type JsonValue, readNumber, readString } from '../../../wire/json.ts'
import { patternInstance } from './pattern-instance.ts'

/** Longer texts are not made. */
const maxTextLength = 10_000

/** A text of each format that schemas name (JSON Schema 2020-12, section 7.3). */
const formats: Readonly<Record<string, (variant: number) => string>> = {
  'date-time': (variant) => `2030-01-01T00:00:${twoDigits(variant)}Z`,
  date: (variant) => `2030-01-${twoDigits((variant % 28) + 1)}`,
  time: (variant) => `00:00:${twoDigits(variant)}Z`,
  duration: (variant) => `P${variant + 1}D`,
  email: (variant) => `user${variant || ''}@example.com`,
  'idn-email': (variant) => `user${variant || ''}@example.com`,
  hostname: (variant) => `host${variant || ''}.example.com`,
  'idn-hostname': (variant) => `host${variant || ''}.example.com`,
  ipv4: (variant) => `192.0.2.${(variant % 254) + 1}`,
  ipv6: (variant) => `2001:db8::${((variant % 0xffff) + 1).toString(16)}`,
  uri: (variant) => `https://example.com/${variant || ''}`,
  url: (variant) => `https://example.com/${variant || ''}`,
  iri: (variant) => `https://example.com/${variant || ''}`,
  'uri-reference': (variant) => `/${variant || ''}`,
  uuid: (variant) => `00000000-0000-4000-8000-${String(variant).padStart(12, '0')}`,
  'json-pointer': (variant) => `/${variant}`,
  regex: (variant) => `a{${variant + 1}}`,
}

function twoDigits(value: number): string {
  return String(value % 60).padStart(2, '0')
}

/** A text between two lengths, in code points as JSON Schema counts. */
function fitted(text: string, least: number, most: number): string | undefined {
  if (least > maxTextLength || most < least) return undefined
  const characters = [...(text === '' ? 'text' : text)]
  if (characters.length >= least) return text === '' && least === 0 ? text : characters.slice(0, most).join('')
  return Array.from({ length: least }, (_, at) => characters[at % characters.length]).join('')
}

/** A text of a pattern that is at least so long. */
function patterned(pattern: string, least: number, variant: number): string | undefined {
  const shortest = patternInstance(pattern, variant)
  if (shortest === undefined || shortest.length >= least) return shortest
  return patternInstance(pattern, variant + least - shortest.length)
}

/** Which text is wanted: the words of a free one, and which of several different ones. */
export interface TextHint {
  readonly text: string
  /** Items of a list that must differ are made with different numbers. */
  readonly variant: number
}

export function textInstances(schema: JsonObject, { text, variant }: TextHint): readonly string[] {
  const least = Math.max(0, readNumber(schema, 'minLength') ?? 0)
  const most = readNumber(schema, 'maxLength') ?? Number.POSITIVE_INFINITY
  const pattern = readString(schema, 'pattern')
  const format = formats[readString(schema, 'format') ?? '']?.(variant)
  const free = fitted(variant === 0 ? text : `${variant} ${text}`, least, most)
  const wanted = pattern === undefined ? [format, free] : [patterned(pattern, least, variant)]
  return wanted.filter((candidate) => candidate !== undefined)
}

/** A number between bounds and on the grid of `multipleOf`: 1 where that is one, then the nearest to either bound. */
export function numberInstances(schema: JsonObject, isInteger: boolean, variant: number): readonly number[] {
  const low = Math.max(readNumber(schema, 'minimum') ?? -Infinity, readNumber(schema, 'exclusiveMinimum') ?? -Infinity)
  const high = Math.min(readNumber(schema, 'maximum') ?? Infinity, readNumber(schema, 'exclusiveMaximum') ?? Infinity)
  const step = readNumber(schema, 'multipleOf') ?? 1
  const onGrid = (count: number): number => count * step
  const fromLow = Math.ceil(low / step)
  const fromHigh = Math.floor(high / step)
  const grid = [1 + variant, fromLow + variant, fromLow + 1 + variant, fromHigh - variant, fromHigh - 1 - variant, 0].map(onGrid)
  // A step that is no whole number meets whole ones only now and then.
  const whole = isInteger ? [1 + variant, Math.ceil(low) + variant, Math.floor(high) - variant] : []
  const between = isInteger ? [] : [low, high, (low + high) / 2, low + 1 + variant, high - 1 - variant]
  return [1 + variant, ...grid, ...whole, ...between].filter((value) => Number.isFinite(value))
}

/** The values of an enumeration, beginning with another one for each variant. */
export function rotated(values: readonly JsonValue[], variant: number): readonly JsonValue[] {
  const start = values.length === 0 ? 0 : variant % values.length
  return [...values.slice(start), ...values.slice(0, start)]
}
