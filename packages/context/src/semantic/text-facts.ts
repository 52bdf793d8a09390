import { functionWords, negations, pinnedWords } from './meaning-words.table.ts'

/** What a cheap reading of a text knows for certain, in the order of the text. */
export interface TextFacts {
  /** Numbers, dates, versions and times as they are written, number words as digits, and words that pin the meaning. */
  readonly pinned: readonly string[]
  /** Names, abbreviations, identifiers, paths; each once. */
  readonly names: readonly string[]
  /** Signs of arithmetic, of money and of code. */
  readonly signs: string
  readonly negations: number
  /** All words, in the order of their first appearance. */
  readonly words: ReadonlySet<string>
  /** Words that carry a subject; each once. */
  readonly content: readonly string[]
}

interface Token {
  readonly written: string
  /** Lower case, without accents. */
  readonly word: string
  readonly startsSentence: boolean
}

/** Scripts without spaces between words are read sign by sign. */
const unspaced = '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}]'
const letter = `(?!${unspaced})[\\p{L}\\p{M}\\p{N}_]`
/** Linear: no two parts of it can take the same character. */
const tokenPattern = new RegExp(`${unspaced}|(?:${letter})+(?:[.,/:@-](?:${letter})+)*`, 'gu')
const signPattern = /[+*/=<>%^$€£¥#&|~°]|-(?=\s?0)/g
const sentenceEnd = /[.!?:;\n…¿¡]/
/** What may stand between the end of a sentence and the next word. */
const betweenSentences = /[\s"'“”«»()*#>-]/
const contraction = /n['’]t\b|\bcannot\b/gi

function withoutAccents(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** Whether a sentence begins behind `before`: it is empty, or its last word is followed by a mark. */
function startsSentence(before: string): boolean {
  for (let index = before.length - 1; index >= 0; index--) {
    const character = before.charAt(index)
    if (sentenceEnd.test(character)) return true
    if (!betweenSentences.test(character)) return false
  }
  return true
}

function tokensOf(text: string): readonly Token[] {
  return Array.from(text.matchAll(tokenPattern), ({ 0: written, index }) => ({
    written,
    word: withoutAccents(written),
    // Twenty characters back tell the end of a sentence from the end of a word.
    startsSentence: startsSentence(text.slice(Math.max(0, index - 20), index)),
  })).flatMap(splitHyphens)
}

/** `gluten-free` is two words; `gpt-4o`, `a/b` and `node.js` are one. */
function splitHyphens(token: Token): readonly Token[] {
  if (!/^\p{Ll}+(?:-\p{Ll}+)+$/u.test(token.written)) return [token]
  return token.written.split('-').map((written) => ({ ...token, written, word: withoutAccents(written) }))
}

function isIdentifier(word: string): boolean {
  return /\p{L}/u.test(word) && /[\p{N}_./:@]/u.test(word)
}

function isName({ written, word, startsSentence }: Token): boolean {
  if (isIdentifier(word)) return true
  const capital = written.search(/\p{Lu}/u)
  if (capital < 0 || functionWords.has(word)) return false
  return capital > 0 || !startsSentence
}

function pins(word: string): readonly string[] {
  const pinned = pinnedWords.get(word)
  if (pinned !== undefined) return [pinned]
  return isIdentifier(word) ? [] : (word.match(/\p{N}+(?:[.,/:-]\p{N}+)*/gu) ?? [])
}

function once(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}

/** What stands between the words. A dash counts only before a number. */
function signsOf(text: string): string {
  const between = text.replace(tokenPattern, (token) => (/^\p{N}/u.test(token) ? '0' : 'a'))
  return (between.match(signPattern) ?? []).join('')
}

export function readFacts(text: string): TextFacts {
  const whole = text.replace(contraction, ' not')
  const tokens = tokensOf(whole)
  const words = tokens.map(({ word }) => word)
  return {
    pinned: words.flatMap(pins),
    names: once(tokens.filter(isName).map(({ word }) => word)),
    signs: signsOf(whole),
    negations: words.filter((word) => negations.has(word)).length,
    words: new Set(words),
    content: once(words.filter((word) => !functionWords.has(word) && !pinnedWords.has(word))),
  }
}
