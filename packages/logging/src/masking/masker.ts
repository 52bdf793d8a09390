import { secretShapes } from './patterns.table.ts'

/** Hides secrets in whatever leaves: logs, errors, audit records, configuration dumps. */
export interface Masker {
  readonly mask: (text: string) => string
  /** The same for every string inside a plain value; shapes other than plain data become their text. */
  readonly maskValue: (value: unknown) => unknown
}

export interface MaskerOptions {
  /** Secrets known by value, such as the configured provider keys. Those under 6 characters are too common to hide. */
  readonly secrets?: readonly string[] | undefined
}

const shortest = 6
const maxDepth = 8

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

/** One pattern over all known secrets, in every spelling in which they travel. */
function knownPattern(secrets: readonly string[]): RegExp | undefined {
  const spellings = secrets
    .filter((secret) => secret.length >= shortest)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
  const unique = [...new Set(spellings)].sort((a, b) => b.length - a.length)
  return unique.length === 0 ? undefined : new RegExp(unique.map(escapePattern).join('|'), 'g')
}

/** Makes a masker: linear in the text, and masking twice is masking once. */
export function createMasker(options: MaskerOptions = {}): Masker {
  const known = knownPattern(options.secrets ?? [])
  const mask = (text: string): string => {
    let masked = known === undefined ? text : text.replace(known, '***')
    for (const shape of secretShapes) masked = masked.replace(shape.pattern, shape.replacement)
    return masked
  }
  const maskValue = (value: unknown, depth = 0): unknown => {
    if (typeof value === 'string') return mask(value)
    if (typeof value !== 'object' || value === null) return typeof value === 'function' || typeof value === 'symbol' ? undefined : value
    if (value instanceof Error) return { name: value.name, message: mask(value.message) }
    if (depth >= maxDepth) return '…'
    if (Array.isArray(value)) return value.map((item) => maskValue(item, depth + 1))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskValue(item, depth + 1)]))
  }
  return { mask, maskValue: (value) => maskValue(value) }
}
