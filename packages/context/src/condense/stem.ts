/*
 * A light stemmer for folded words of English, Portuguese and Spanish at once: it takes off endings that all three can lose without
 * meeting another word too often. It only serves to see that two words are akin; no stem is ever shown.
 */
const endings: readonly (readonly [string, string])[] = [
  ['izations', 'iz'],
  ['ization', 'iz'],
  ['amentos', ''],
  ['imentos', ''],
  ['amento', ''],
  ['imento', ''],
  ['amiento', ''],
  ['imiento', ''],
  ['aciones', ''],
  ['acion', ''],
  ['acoes', ''],
  ['ations', ''],
  ['ation', ''],
  ['idades', ''],
  ['idade', ''],
  ['mente', ''],
  ['icoes', ''],
  ['ments', ''],
  ['ment', ''],
  ['acao', ''],
  ['icao', ''],
  ['ings', ''],
  ['ing', ''],
  ['ied', 'y'],
  ['ies', 'y'],
  ['aram', ''],
  ['eram', ''],
  ['iram', ''],
  ['ando', ''],
  ['endo', ''],
  ['indo', ''],
  ['ados', ''],
  ['adas', ''],
  ['idos', ''],
  ['idas', ''],
  ['ado', ''],
  ['ada', ''],
  ['ido', ''],
  ['ida', ''],
  ['ers', ''],
  ['ed', ''],
  ['er', ''],
  ['ly', ''],
  ['es', ''],
  ['ar', ''],
  ['ir', ''],
  ['ou', ''],
  ['s', ''],
  ['e', ''],
  ['a', ''],
  ['o', ''],
]
const shortestStem = 3

/** The part of a folded word that its relatives share. Words with a digit, short words and other scripts come back whole. */
export function stem(word: string): string {
  if (word.length <= shortestStem || !/^[a-z]+$/.test(word)) return word
  for (const [ending, instead] of endings) {
    if (word.endsWith(ending) && word.length - ending.length >= shortestStem) return undouble(word.slice(0, -ending.length) + instead)
  }
  return word
}

/** `stopp` (from `stopped`) is `stop`. */
function undouble(stemmed: string): string {
  const last = stemmed.at(-1)
  return stemmed.length > shortestStem && last === stemmed.at(-2) && last !== 's' && last !== 'l' ? stemmed.slice(0, -1) : stemmed
}
