import { chatCompletions } from './chat-completions.ts'
import { completions } from './completions.ts'
import { messages } from './messages.ts'
import { responses } from './responses.ts'
import type { Surface } from './surface.ts'

/** Every way clients speak chat. */
export const surfaces: readonly Surface[] = [chatCompletions, messages, responses, completions]
