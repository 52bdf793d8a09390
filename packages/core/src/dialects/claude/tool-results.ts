import type { JsonObject } from '../../wire/json.ts'
import type { Turn } from '../shared/turns.ts'

function sorted(blocks: readonly JsonObject[]): readonly JsonObject[] {
  const results: JsonObject[] = []
  const others: JsonObject[] = []
  let last = others
  for (const block of blocks) {
    // A cache point belongs to the block before it.
    if (block['cachePoint'] === undefined) last = block['type'] === 'tool_result' || block['toolResult'] !== undefined ? results : others
    last.push(block)
  }
  return [...results, ...others]
}

/** Claude refuses a turn of the user in which results do not come before everything else. */
export function withResultsFirst<Role extends string>(turns: readonly Turn<Role>[]): readonly Turn<Role>[] {
  return turns.map((turn) => (turn.role === 'assistant' ? turn : { ...turn, blocks: sorted(turn.blocks) }))
}
