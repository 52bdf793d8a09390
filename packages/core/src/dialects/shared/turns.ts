import type { Message, SystemMessage } from '../../chat/message.ts'
import type { JsonObject } from '../../wire/json.ts'

/** What one side says in a row, for vendors whose turns alternate. */
export interface Turn<Role extends string> {
  readonly role: Role
  readonly blocks: readonly JsonObject[]
}

/** Instructions to the model, which these vendors keep apart from the conversation. */
export function isSystem(message: Message): message is SystemMessage {
  return message.role === 'system' || message.role === 'developer'
}

/** Turns in alternation: neighbours of one role are merged and empty ones are left out. Linear in the blocks. */
export function mergedTurns<Role extends string>(turns: Iterable<Turn<Role>>): readonly Turn<Role>[] {
  const merged: { readonly role: Role; readonly blocks: JsonObject[] }[] = []
  for (const { role, blocks } of turns) {
    if (blocks.length === 0) continue
    const last = merged.at(-1)
    // Blocks are appended in place, so that a long run of turns stays linear.
    if (last?.role === role) for (const block of blocks) last.blocks.push(block)
    else merged.push({ role, blocks: [...blocks] })
  }
  return merged
}
