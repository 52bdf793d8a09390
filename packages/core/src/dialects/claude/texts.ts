import type { Turn } from '../shared/turns.ts'

/** Claude's platforms refuse texts that are only white space. */
export function isBlank(text: string): boolean {
  return text.trim() === ''
}

/** Claude refuses a final assistant text that ends in white space. */
export function withTrimmedEnd<Role extends string>(turns: readonly Turn<Role>[]): readonly Turn<Role>[] {
  const last = turns.at(-1)
  const block = last?.blocks.at(-1)
  if (last?.role !== 'assistant' || typeof block?.['text'] !== 'string') return turns
  return [...turns.slice(0, -1), { ...last, blocks: [...last.blocks.slice(0, -1), { ...block, text: block['text'].trimEnd() }] }]
}
