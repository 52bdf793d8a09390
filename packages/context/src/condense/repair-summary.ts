import type { SourceCheck } from './check-against-source.ts'
import type { PlainCounter } from './plain-counter.ts'

const mostAppended = 12
/** Share of the budget that lost items may take. */
const appendShare = 0.25

/** The summary with the weightiest items that it lost, as far as the budget goes. */
export function appendLost(
  summary: string,
  { lost }: SourceCheck,
  { counter, maxTokens }: { readonly counter: PlainCounter; readonly maxTokens: number },
): string {
  const used = counter.count(summary)
  const room = Math.min(maxTokens - used, Math.floor(maxTokens * appendShare))
  let line = ''
  for (const item of lost.slice(0, mostAppended)) {
    const longer = line === '' ? `\n[${item}` : `${line}, ${item}`
    if (counter.count(`${longer}]`) > room) break
    line = longer
  }
  const repaired = line === '' ? summary : `${summary}${line}]`
  return counter.count(repaired) <= maxTokens ? repaired : summary
}
