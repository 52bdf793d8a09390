/*
 * How well a query's word fits a text's word. Idea: equal beats beginning beats containing beats misspelt. The edit distance is
 * bounded (two neighbours swapped in three letters, one slip from four on, two from eight on), and only a band of that width is
 * computed. Cost: letters times three or five, on words cut to 48 letters; no pattern is ever made from what a caller wrote.
 */

const maxWordLength = 48

export function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => word.slice(0, maxWordLength))
}

/** Slips that are forgiven. A short word, and a number, must be right: `gpt-4` is not `gpt-5`. */
function slipsFor(word: string): number {
  if (word.length < 4 || /^\d+$/.test(word)) return 0
  return word.length < 8 ? 1 : 2
}

/** The last two rows of the table of distances, and the number of the one to come. */
interface Rows {
  readonly beforeLast: readonly number[]
  readonly last: readonly number[]
  readonly row: number
}

/** The next row: letters missing, added, changed, or two neighbours swapped. */
function nextRow(rows: Rows, [a, b]: readonly [string, string], limit: number): number[] {
  const { row } = rows
  const far = limit + 1
  const next = new Array<number>(b.length + 1).fill(far)
  if (row <= limit) next[0] = row
  const end = Math.min(b.length, row + limit)
  for (let column = Math.max(1, row - limit); column <= end; column++) {
    const change = a[row - 1] === b[column - 1] ? 0 : 1
    const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
    next[column] = Math.min(
      (rows.last[column] ?? far) + 1,
      (next[column - 1] ?? far) + 1,
      (rows.last[column - 1] ?? far) + change,
      isSwap ? (rows.beforeLast[column - 2] ?? far) + 1 : far,
    )
  }
  return next
}

/** How many slips apart two words are, up to `limit`; `limit + 1` when they are further apart. */
export function editDistance(a: string, b: string, limit: number): number {
  const far = limit + 1
  if (Math.abs(a.length - b.length) > limit) return far
  let rows: Rows = { beforeLast: [], last: Array.from({ length: b.length + 1 }, (_, column) => column), row: 1 }
  while (rows.row <= a.length) {
    const next = nextRow(rows, [a, b], limit)
    // A swap reaches back two rows: only two that are all too far end the search.
    if (next.every((distance) => distance > limit) && rows.last.every((distance) => distance > limit)) return far
    rows = { beforeLast: rows.last, last: next, row: rows.row + 1 }
  }
  return Math.min(rows.last[b.length] ?? far, far)
}

/** `gtp` for `gpt`: of three letters any other slip would make another word. */
function isSwapOfThree(a: string, b: string): boolean {
  if (a.length !== 3 || b.length !== 3 || !/^\p{L}+$/u.test(a)) return false
  return editDistance(a, b, 1) === 1 && [...a].sort().join('') === [...b].sort().join('')
}

/** From 0, no match, to 1, the same word. */
export function fit(wanted: string, word: string): number {
  if (word === wanted) return 1
  if (word.startsWith(wanted)) return 0.85
  if (wanted.length > 1 && word.includes(wanted)) return 0.7
  const slips = slipsFor(wanted)
  if (slips === 0) return isSwapOfThree(wanted, word) ? 0.45 : 0
  const distance = editDistance(wanted, word, slips)
  return distance > slips ? 0 : 0.6 - distance * 0.15
}
