import { isSecretName } from './secret-names.ts'

/** Deeper than any honest log record; what lies below is left out. */
const maxDepth = 12

type Mask = (text: string) => string

interface Walk {
  readonly mask: Mask
  /** The objects around the one at hand, outermost first. */
  readonly ancestors: readonly object[]
}

function maskNamed(name: string, value: unknown, walk: Walk): unknown {
  if (!isSecretName(name)) return toPlain(value, walk)
  if (Array.isArray(value)) return value.map((item) => maskNamed(name, item, walk))
  if (typeof value !== 'string' || value === '') return toPlain(value, walk)
  const masked = walk.mask(value)
  return masked === value ? '***MASKED***' : masked
}

function fieldsOf(value: object): readonly (readonly [string, unknown])[] {
  if (value instanceof Map) return [...value].map(([key, item]) => [String(key), item])
  if (!(value instanceof Error)) return Object.entries(value)
  const { name, message, stack, cause } = value
  const said = Object.entries(value).filter(([key]) => key !== 'cause')
  return [['name', name], ['message', message], ...said, ['stack', stack], ...(cause === undefined ? [] : [['cause', cause] as const])]
}

function hasToJson(value: object): value is { readonly toJSON: () => unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function'
}

function toPlainObject(value: object, walk: Walk): unknown {
  if (walk.ancestors.includes(value)) return '[circular]'
  if (walk.ancestors.length >= maxDepth) return '[deep]'
  const within = { mask: walk.mask, ancestors: [...walk.ancestors, value] }
  if (hasToJson(value)) return toPlain(value.toJSON(), within)
  if (Array.isArray(value)) return value.map((item) => toPlain(item, within))
  if (value instanceof Set) return [...value].map((item) => toPlain(item, within))
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  return Object.fromEntries(fieldsOf(value).map(([key, item]) => [walk.mask(key), maskNamed(key, item, within)]))
}

function toPlain(value: unknown, walk: Walk): unknown {
  if (typeof value === 'string') return walk.mask(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'function' || typeof value === 'symbol') return undefined
  if (typeof value !== 'object' || value === null) return value
  try {
    return toPlainObject(value, walk)
  } catch {
    return '[unreadable]' // a getter or a proxy that throws must not cost the record
  }
}

/** Plain data with every string masked, keys too, and everything under the name of a secret hidden. */
export function maskPlain(value: unknown, mask: Mask): unknown {
  return toPlain(value, { mask, ancestors: [] })
}
