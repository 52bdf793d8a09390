/*
 * JSON written by hand: a third of the cost of `JSON.stringify` on an object made for it. Texts that come again and again (names of providers,
 * models and keys, words of our own) are quoted once and remembered; the memory is bounded, and what it holds changes no result.
 */

const maxRemembered = 4_000
const longestRemembered = 64
const ownId = /^[0-9a-f]{32}$/
let remembered = new Map<string, string>()

/** A text as JSON has it. */
export function quote(text: string): string {
  if (text.length > longestRemembered) return JSON.stringify(text)
  const known = remembered.get(text)
  if (known !== undefined) return known
  if (ownId.test(text)) return `"${text}"` // comes once
  const quoted = JSON.stringify(text)
  if (remembered.size >= maxRemembered) remembered = new Map()
  remembered.set(text, quoted)
  return quoted
}

export function quoteOrNull(text: string | undefined | null): string {
  return text === undefined || text === null ? 'null' : quote(text)
}

/** A number, or `null` where there is none or JSON has no word for it. */
export function numberOrNull(value: number | undefined | null): string {
  return value === undefined || value === null || !Number.isFinite(value) ? 'null' : String(value)
}

export function quoteAll(texts: readonly string[]): string {
  return texts.length === 0 ? '[]' : `[${texts.map(quote).join(',')}]`
}
