import type { Span } from './find-numbers.ts'

/*
 * Found from the `@` to both sides, so that a long run without one is never read twice. RFC 5321, 4.5.3.1: at most 64 characters before it, and 255
 * behind it. Letters of any alphabet, as RFC 6531 has them.
 */
const mostLocal = 64
const mostDomain = 255
const localCharacter = /[\p{L}\p{N}._%+'-]/u
const domainCharacter = /[\p{L}\p{N}.-]/u
const domain = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})(?:\.[\p{L}\p{N}][\p{L}\p{N}-]{0,62}){0,8}\.(?:[\p{L}]{2,24}|xn--[a-z\d-]{2,40})$/u

function localStart(text: string, at: number): number {
  let start = at
  while (start > 0 && at - start < mostLocal && localCharacter.test(text.charAt(start - 1))) start--
  // An escape of JSON within a text (`\n`) is not part of an address, nor are quotes and dots around it.
  if (text.charAt(start - 1) === '\\' && /[nrtbf]/.test(text.charAt(start))) start++
  while (start < at && /[.'-]/.test(text.charAt(start))) start++
  return start
}

function domainEnd(text: string, at: number): number {
  let end = at + 1
  while (end < text.length && end - at <= mostDomain && domainCharacter.test(text.charAt(end))) end++
  while (end > at + 1 && /[.-]/.test(text.charAt(end - 1))) end--
  return end
}

/** E-mail addresses. */
export function findEmails(text: string): readonly Span[] {
  const spans: Span[] = []
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const start = localStart(text, at)
    const end = domainEnd(text, at)
    if (start < at && domain.test(text.slice(at + 1, end))) spans.push({ start, end })
  }
  return spans
}
