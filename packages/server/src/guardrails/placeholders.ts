/*
 * What is hidden of a call, and what stands for it: `[EMAIL_1]`, counted by the order of first appearance, so that equal conversations about
 * different people are equal texts (the cache finds them) and the next turn of a conversation has the placeholders of the last. They live as long as
 * their call: what is put back into an answer came with the same request.
 *
 * A client's text may hold something that looks like a placeholder. Counting begins above the highest number of those, so it never is one.
 */

/** The longest kind, and one digit more than a client's own text may have. */
const placeholder = /\[([A-Z][A-Z_]{0,30})_(\d{1,10})\]/g
const literal = /\[[A-Z][A-Z_]{0,30}_(\d{1,9})\]/g
/** A text that ends like this may become a placeholder. */
const unfinished = /^\[(?:[A-Z][A-Z_]{0,31}\d{0,10})?$/
const longest = 45

/** The hidden values of one call. */
export interface Placeholders {
  /** Whether nothing has been hidden. */
  readonly isEmpty: () => boolean
  /** Looks for what must not be mistaken for a placeholder. To be called for every text before the first `hide`. */
  readonly reserve: (text: string) => void
  /** The placeholder of a value: the same for the same value. */
  readonly hide: (kind: string, value: string) => string
  /** The text with its placeholders replaced by what they stand for; `isJson` writes values as they stand within a JSON string. */
  readonly restore: (text: string, isJson?: boolean) => string
}

function toKind(kind: string): string {
  const name = kind.toUpperCase().replace(/[^A-Z]+/g, '_')
  const trimmed = name.startsWith('_') ? name.slice(1) : name
  return trimmed === '' ? 'HIDDEN' : trimmed.slice(0, 31)
}

function withinJson(value: string): string {
  return JSON.stringify(value).slice(1, -1)
}

/** Opens the placeholders of a call. */
export function createPlaceholders(): Placeholders {
  const byValue = new Map<string, string>()
  const byPlaceholder = new Map<string, string>()
  const counts = new Map<string, number>()
  let base = 0
  return {
    isEmpty: () => byPlaceholder.size === 0,
    reserve: (text) => {
      if (!text.includes('[')) return
      for (const [, number] of text.matchAll(literal)) base = Math.max(base, Number(number))
    },
    hide: (kind, value) => {
      const name = toKind(kind)
      const key = `${name}\n${value}`
      const known = byValue.get(key)
      if (known !== undefined) return known
      const count = (counts.get(name) ?? 0) + 1
      counts.set(name, count)
      const made = `[${name}_${base + count}]`
      byValue.set(key, made)
      byPlaceholder.set(made, value)
      return made
    },
    restore: (text, isJson = false) => {
      if (byPlaceholder.size === 0 || !text.includes('[')) return text
      return text.replace(placeholder, (found) => {
        const value = byPlaceholder.get(found)
        if (value === undefined) return found
        return isJson ? withinJson(value) : value
      })
    },
  }
}

/** From which character on a text may be the beginning of a placeholder; its length when it is not. */
export function holdPlaceholder(text: string): number {
  const start = text.lastIndexOf('[')
  if (start === -1 || text.length - start > longest) return text.length
  return unfinished.test(text.slice(start)) ? start : text.length
}
