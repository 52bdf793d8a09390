export { type CountableMessage, type CountablePart, type CountableTool, countConversation } from './tokens/count-conversation.ts'
export { countTokens, createTokenCounter, type TokenCounter, type TokenCounterOptions } from './tokens/token-counter.ts'
export type { TokenFamilyName } from './tokens/token-family.ts'
