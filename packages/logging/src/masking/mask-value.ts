import { isSecretName } from './secret-names.ts'

/** Deeper than any honest log record; what lies below is left out. */
const maxDepth = 12

type Mask = (text: string) => string

interface Walk {
  readonly mask: Mask
  /** The objects around the one at hand, outermost first. */
  readonly ancestors: readonly object[]
  /** Whether one of them stands under the name of a secret. */
  readonly isSecret: boolean
}

/** What holds the secret in an object that stands under the name of one: `api_keys: [{ name, key }]`. */
const holder = /^(?:keys?|key[_-]?sha256|value|raw|plain|current|previous|next)$/i
/** Names under which a number counts something. */
const counted = /(?:token|credentials?)$/i
/** A word of a list of names, as against the value of the header before it. */
const plainWord = /^[a-z_-]*$/

function hideText(text: string, mask: Mask): string {
  if (text === '') return text
  const masked = mask(text)
  return masked === text ? '***MASKED***' : masked
}

function hide(name: string, value: unknown, walk: Walk): unknown {
  if (typeof value === 'string') return hideText(value, walk.mask)
  if (typeof value === 'number' || typeof value === 'bigint') return counted.test(name) ? toPlain(value, walk) : '***MASKED***'
  if (Array.isArray(value)) return value.map((item) => hide(name, item, walk))
  return toPlain(value, { ...walk, isSecret: true })
}

function maskNamed(name: string, value: unknown, walk: Walk): unknown {
  return isSecretName(name) || (walk.isSecret && holder.test(name)) ? hide(name, value, walk) : toPlain(value, walk)
}

/** Names of headers and their values stand by turns in lists of Node, and in pairs elsewhere. */
function maskItems(items: readonly unknown[], walk: Walk): readonly unknown[] {
  return items.map((item, index) => {
    const before = items[index - 1]
    const isValue = typeof before === 'string' && isSecretName(before) && typeof item === 'string' && !plainWord.test(item)
    return isValue ? hideText(item, walk.mask) : toPlain(item, walk)
  })
}

/** Whether an object is a name and a value, and the name that of a secret. */
function isNamedSecret(fields: readonly (readonly [string, unknown])[]): boolean {
  return fields.some(([key, value]) => /^(?:name|key|header)$/i.test(key) && typeof value === 'string' && isSecretName(value))
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
  const within = { ...walk, ancestors: [...walk.ancestors, value] }
  if (hasToJson(value)) return toPlain(value.toJSON(), within)
  if (Array.isArray(value)) return maskItems(value, within)
  if (value instanceof Set) return [...value].map((item) => toPlain(item, within))
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  const fields = fieldsOf(value)
  const inner = isNamedSecret(fields) ? { ...within, isSecret: true } : within
  return Object.fromEntries(fields.map(([key, item]) => [walk.mask(key), maskNamed(key, item, inner)]))
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
  return toPlain(value, { mask, ancestors: [], isSecret: false })
}
