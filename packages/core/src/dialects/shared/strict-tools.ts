import type { ChatRequest } from '../../chat/request.ts'

/** Whether a client wants the arguments of a tool to keep to its schema, which most vendors do not promise. */
export function isAnyStrict({ tools }: ChatRequest): boolean {
  return tools?.some((tool) => tool.type === 'function' && tool.strict === true) === true
}
