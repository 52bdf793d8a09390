import { secretPathsOf } from '@proxyapi/server'
import type { References } from './interpolate.ts'
import { readYaml } from './read-yaml.ts'

/** A secret that stands in the file itself: where it is kept, and how the file spells it, quotes included. */
export interface KeptSecret {
  /** `auth.api_keys.0` */
  readonly name: string
  readonly spelled: string
}

/** A text for people's eyes, and what was hidden in it. */
export interface HiddenText {
  readonly text: string
  readonly kept: readonly KeptSecret[]
}

interface Piece extends KeptSecret {
  readonly start: number
  readonly end: number
}

function markOf(name: string): string {
  return `«kept:${name}»`
}

/** A quoted secret leaves its quotes behind, so that JSON stays JSON. */
function hidden({ name, spelled }: KeptSecret): string {
  const [quote = ''] = /^["']/.exec(spelled) ?? []
  return `${quote}${markOf(name)}${quote}`
}

/** A reference (`${KEY}`) is no secret: what it refers to is. */
function isLiteral(spelled: string): boolean {
  return !/\$\{[^}]/.test(spelled) && !spelled.includes('«kept:')
}

function piecesOf(text: string, references: References): readonly Piece[] {
  const yaml = readYaml(text, references)
  const found = new Map<number, Piece>()
  for (const path of secretPathsOf(yaml.value)) {
    const span = yaml.spanOf(path)
    if (span === undefined || span.end <= span.start) continue
    const spelled = text.slice(span.start, span.end)
    if (isLiteral(spelled)) found.set(span.start, { ...span, name: path.join('.'), spelled })
  }
  return [...found.values()].sort((a, b) => a.start - b.start)
}

/** Of a spelling, what is secret wherever it stands: in a comment, or merged from elsewhere. */
function withoutQuotes(spelled: string): string {
  return /^["']/.test(spelled) ? spelled.slice(1, -1) : spelled
}

/** Shorter texts stand in a file of their own accord. */
const minHiddenCharacters = 6

/** Hides the secrets that a configuration's text spells out behind marks that name their places. */
export function hideSecrets(text: string, references: References): HiddenText {
  const kept = piecesOf(text, references)
  let shown = ''
  let copied = 0
  for (const piece of kept) {
    shown += text.slice(copied, piece.start) + hidden(piece)
    copied = piece.end
  }
  shown += text.slice(copied)
  for (const { name, spelled } of kept) {
    const secret = withoutQuotes(spelled)
    if (secret.length >= minHiddenCharacters) shown = shown.replaceAll(secret, markOf(name))
  }
  return { text: shown, kept }
}

/** Puts secrets back in the place of their marks; a mark that names none stays, and is no valid secret to anybody. */
export function restoreSecrets(text: string, kept: readonly KeptSecret[]): string {
  const spelledBy = new Map(kept.map(({ name, spelled }) => [name, spelled]))
  return text.replace(/(["']?)«kept:([^»"'\s]{1,256})»\1/g, (mark, quote: string, name: string) => {
    const spelled = spelledBy.get(name)
    if (spelled === undefined) return mark
    return quote === '' || /^["']/.test(spelled) ? spelled : `${quote}${spelled}${quote}`
  })
}

/** Where the first mark stands that is left in a text; `undefined` when there is none. */
export function leftMark(text: string): { readonly name: string; readonly line: number; readonly column: number } | undefined {
  const match = /«kept:([^»\s]{0,256})»?/.exec(text)
  if (match === null) return undefined
  const before = text.slice(0, match.index).split('\n')
  return { name: match[1] ?? '', line: before.length, column: (before.at(-1) ?? '').length + 1 }
}
