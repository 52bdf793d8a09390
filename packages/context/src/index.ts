export { type CountableMessage, type CountablePart, type CountableTool, countConversation } from './tokens/count-conversation.ts'
export { createTokenCounter, type TokenCounter } from './tokens/token-counter.ts'
