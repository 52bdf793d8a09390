import { backslash, closeBrace, closeBracket, comma, openBrace, openBracket, quote } from './json-bytes.ts'

/*
 * What a JSON text may be made of, judged before it is parsed. An object of three bytes (`{},`) takes 56 in memory, so a bound on bytes alone
 * bounds nothing. Idea: count brackets and commas outside of strings, and pass strings by native searches. Invariant: nothing is built. Cost:
 * one step a byte of structure; the walk ends at the first limit that is exceeded.
 */

/** The most that a JSON text may be made of. */
export interface JsonLimits {
  /** How deep objects and lists nest. */
  readonly maxDepth: number
  /** Objects and lists. */
  readonly maxContainers: number
  /** Members of objects and lists, without the first of each. */
  readonly maxMembers: number
}

/** Index of the quote that ends the string whose first quote stands at `start`; the length of the text when it never ends. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes++
    if (escapes % 2 === 0) return end
  }
  return text.length
}

/** The first limit that a text exceeds; `undefined` when it is within all. What is no JSON is judged by its brackets all the same. */
export function exceededJsonLimit(text: string, { maxDepth, maxContainers, maxMembers }: JsonLimits): keyof JsonLimits | undefined {
  let depth = 0
  let containers = 0
  let members = 0
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case quote:
        index = endOfString(text, index)
        break
      case openBrace:
      case openBracket:
        if (++depth > maxDepth) return 'maxDepth'
        if (++containers > maxContainers) return 'maxContainers'
        break
      case closeBrace:
      case closeBracket:
        depth--
        break
      case comma:
        if (++members > maxMembers) return 'maxMembers'
        break
      default:
    }
  }
  return undefined
}
