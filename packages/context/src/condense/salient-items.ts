import { conceptOf, fold } from './lexicon.ts'
import { requestWords, stopWords } from './stop-words.table.ts'

/** What must not be lost or altered: links and paths, names in code, numbers and dates, names of people and things. */
export type ItemKind = 'link' | 'identifier' | 'number' | 'name'

export interface SalientItem {
  readonly kind: ItemKind
  readonly text: string
  /** Number of the text, apart from the numbers of words. */
  readonly concept: number
}

/** A run of what may stand in an item; the rest parts items from each other. */
const run = /[$€£]?[\p{L}\p{N}_~/.](?:[\p{L}\p{N}\p{M}_.:/@%+#?&=~-]|(?<=\d),(?=\d))*/gu
const trailing = '.:/+-#?&=~'
const number = /^[$€£]?\d[\d.,:/-]*%?$|^\d+(?:st|nd|rd|th|º|ª)$/
const capitalised = /^\p{Lu}\p{Ll}+$/u
const acronym = /^\p{Lu}[\p{Lu}\p{N}]+$/u
const codeLike = /[_@]|\p{Ll}\p{Lu}|[\p{L}\p{N}][./][\p{L}\p{N}_]|^[./~]+[\p{L}\p{N}_]|\p{L}-?\p{N}|\p{N}\p{L}|::/u
const itemSeed = 0x9e3779b9

function itemOf(kind: ItemKind, text: string): SalientItem {
  return { kind, text, concept: conceptOf(text, itemSeed) }
}

/** A capital letter names something unless it only begins a sentence or belongs to a word of no content. */
function isName(text: string, before: string): boolean {
  if (!capitalised.test(text) || before === '' || /[.!?:]["'”’)]*\s+$/.test(before)) return false
  const folded = fold(text)
  return !stopWords.has(folded) && !requestWords.has(folded)
}

function kindOf(text: string, before: string): ItemKind | undefined {
  if (number.test(text)) return text.length > 1 ? 'number' : undefined
  if (text.includes('://') || /^[\w.+-]+@[\w-]+\.\w/.test(text)) return 'link'
  if (codeLike.test(text) || acronym.test(text)) return 'identifier'
  return isName(text, before) ? 'name' : undefined
}

function withoutTrailing(text: string): string {
  let end = text.length
  while (end > 0 && trailing.includes(text.charAt(end - 1))) end--
  return text.slice(0, end)
}

/** `key=value` and `a:b` are two items, a link is one. */
function piecesOf(text: string): readonly string[] {
  if (text.includes('://')) return [withoutTrailing(text)]
  const parts = /^\d[\d:.]*\d$/.test(text) ? [text] : text.split(/[=?&#]|:(?!:)(?!\d)/)
  return parts.map(withoutTrailing)
}

/** The items of a sentence in order, each once. Names at its start can't be told from other words and are passed over. */
export function findItems(sentence: string): readonly SalientItem[] {
  if (!/[\p{N}\p{Lu}_/@.]/u.test(sentence)) return []
  const found = new Map<string, SalientItem>()
  for (const match of sentence.matchAll(run)) {
    const before = sentence.slice(Math.max(0, match.index - 4), match.index)
    for (const text of piecesOf(match[0])) {
      const kind = found.has(text) ? undefined : kindOf(text, before)
      if (kind !== undefined) found.set(text, itemOf(kind, text))
    }
  }
  return [...found.values()]
}
