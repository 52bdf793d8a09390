import type { IdentifierForm } from '../capabilities.ts'
import { digestOf } from './digest.ts'

/*
 * Names of tools and ids of calls that a provider does not take are replaced for one request, and told back in its answer. The same text
 * always becomes the same identifier, so that a cached prompt stays the same; no two texts of a request become one.
 */

const digestLength = 8
/** Each attempt adds another digest; a form that takes none of them keeps its text, and the provider has the last word. */
const maxAttempts = 8

/** Readable where the form leaves room: the beginning of the text and a digest of all of it. */
function candidates(text: string, { maxLength }: IdentifierForm, attempt: number): readonly string[] {
  const digest = digestOf(attempt === 0 ? text : `${text}\n${attempt}`)
  const beginning = text.replace(/[^A-Za-z0-9_]/g, '_').slice(0, Math.max(0, maxLength - digestLength - 1))
  const readable = `${beginning}_${digest.slice(0, digestLength)}`
  return [readable, `_${readable}`.slice(-maxLength), digest.slice(0, maxLength)]
}

function replacementFor(text: string, form: IdentifierForm, taken: ReadonlySet<string>): string | undefined {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const found = candidates(text, form, attempt).find((candidate) => form.pattern.test(candidate) && !taken.has(candidate))
    if (found !== undefined) return found
  }
  return undefined
}

/** What takes the place of each text that does not have the form; empty when all do. */
export function replacements(texts: ReadonlySet<string>, form: IdentifierForm): ReadonlyMap<string, string> {
  const replaced = new Map<string, string>()
  const taken = new Set([...texts].filter((text) => form.pattern.test(text)))
  for (const text of texts) {
    const replacement = taken.has(text) ? undefined : replacementFor(text, form, taken)
    if (replacement === undefined) continue
    replaced.set(text, replacement)
    taken.add(replacement)
  }
  return replaced
}
