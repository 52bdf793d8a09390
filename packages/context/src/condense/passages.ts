import type { MessageAnalysis } from './analyse-message.ts'

/*
 * A short message is one passage; a long one (a transcript, a file, a report) is cut at line ends into passages of about the length of a
 * paragraph, so that "what stands around it" means something there too.
 */
export interface Passages {
  /** Passage of each unit of the history. */
  readonly passageOf: Int32Array
  /** First unit of each passage; one entry more than there are passages. */
  readonly firstUnits: Int32Array
  /** Plain tokens of each passage. */
  readonly tokens: Int32Array
}

/** From so many tokens on a passage ends with its line; at so many it ends anyway. */
const enough = 80
const most = 160

export function cutPassages(messages: readonly MessageAnalysis[], unitCount: number): Passages {
  const passageOf = new Int32Array(unitCount)
  const firstUnits: number[] = []
  const tokens: number[] = []
  let next = 0
  for (const { units } of messages) {
    let line = -1
    let left = 0
    for (const unit of units) {
      const isFull = left <= 0 || (unit.line !== line && left <= most - enough)
      if (line === -1 || isFull) {
        firstUnits.push(next)
        tokens.push(0)
        left = most
      }
      passageOf[next++] = tokens.length - 1
      tokens[tokens.length - 1] = (tokens.at(-1) ?? 0) + unit.tokens + 1
      left -= unit.tokens + 1
      line = unit.line
    }
  }
  return { passageOf, firstUnits: Int32Array.from([...firstUnits, unitCount]), tokens: Int32Array.from(tokens) }
}
