import { type InjectionRule, injectionMarks, injectionRules, type WordClass, wordClasses } from './injection-words.table.ts'

/*
 * A heuristic: it knows the usual words of an attack and no meaning. Words are looked up once; a rule follows its classes through the text, so that
 * the work is linear in the words.
 */

/** What a text scores, 0 to 1, and the names of the rules that made it. */
export interface InjectionScore {
  readonly score: number
  readonly rules: readonly string[]
}

const classesOf = new Map<string, readonly WordClass[]>()
for (const [name, list] of Object.entries(wordClasses)) {
  for (const word of list) classesOf.set(word, [...(classesOf.get(word) ?? []), name as WordClass]) // a key of the table
}

/** Invisible characters that split words: zero-width ones, soft hyphens, marks of direction, tags. */
const invisible = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF]/g
const combining = /\p{M}/gu
const word = /[\p{L}\p{N}][\p{L}\p{N}']{0,30}/gu

/** Compatibility forms become plain letters, accents go. */
function normalise(text: string): string {
  return text.normalize('NFKC').replace(invisible, '').normalize('NFD').replace(combining, '').toLowerCase().replaceAll('ß', 'ss')
}

/** The next step of a rule at a word: how far it has come, and at which word. */
interface Progress {
  step: number
  at: number
}

/** A word of the tables, and which it is in the text. */
interface Seen {
  readonly found: readonly WordClass[]
  readonly at: number
}

function advance({ classes, within }: InjectionRule, progress: Progress, { found, at }: Seen): boolean {
  if (progress.step > 0 && at - progress.at > within) progress.step = 0
  const wanted = classes[progress.step]
  if (wanted !== undefined && found.includes(wanted)) {
    progress.step++
    progress.at = at
    return progress.step === classes.length
  }
  // The same first word nearer to what follows.
  const [first] = classes
  if (progress.step === 1 && first !== undefined && found.includes(first)) progress.at = at
  return false
}

function matchedRules(text: string): ReadonlySet<InjectionRule> {
  const matched = new Set<InjectionRule>()
  const progress = injectionRules.map((): Progress => ({ step: 0, at: 0 }))
  let at = 0
  for (const [found] of text.matchAll(word)) {
    at++
    const classes = classesOf.get(found)
    if (classes === undefined) continue
    injectionRules.forEach((rule, index) => {
      const own = progress[index]
      if (own === undefined || !advance(rule, own, { found: classes, at })) return
      matched.add(rule)
      own.step = 0
    })
  }
  return matched
}

/** How much a text looks like an attempt to take the model over. */
export function scoreInjection(given: string): InjectionScore {
  const text = normalise(given)
  const found = [...matchedRules(text), ...injectionMarks.filter(({ mark }) => text.includes(mark))]
  const byName = new Map<string, number>()
  for (const { name, weight } of found) byName.set(name, Math.max(byName.get(name) ?? 0, weight))
  const doubt = [...byName.values()].reduce((rest, weight) => rest * (1 - weight), 1)
  return { score: 1 - doubt, rules: [...byName.keys()] }
}
