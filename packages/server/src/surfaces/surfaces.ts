import { chatCompletions } from './chat-completions.ts'
import type { Surface } from './surface.ts'

/** Every way clients speak chat. Longer paths first where one begins like another. */
export const surfaces: readonly Surface[] = [chatCompletions]
