import { chatCompletions } from './chat-completions.ts'
import { messages } from './messages.ts'
import type { Surface } from './surface.ts'

/** Every way clients speak chat. */
export const surfaces: readonly Surface[] = [chatCompletions, messages]
