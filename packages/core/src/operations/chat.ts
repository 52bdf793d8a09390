import type { Continuation, Operation } from '../call/operation.ts'
import type { ChatAnswer } from '../chat/answer.ts'
import { expectedOutputTokens } from '../chat/expected-output.ts'
import type { Message } from '../chat/message.ts'
import { promptPrefix } from '../chat/prompt-prefix.ts'
import type { ChatRequest } from '../chat/request.ts'
import { estimateTokens, hasImages, isPlainText, maxTokensOf } from '../chat/request-size.ts'
import { producedCharacters } from '../chat/response-size.ts'

/** Tokens that a provider may add to a conversation of plain text: a template, a fine-tuned model's or a router's own instructions. */
const hiddenTokens = 65_536

const continueWords =
  'Your last message was cut off. Go on exactly where it stops, with the next character. Do not repeat or comment on anything.'

const continuation: Continuation<ChatRequest> = {
  isPossible: ({ n = 1, responseFormat }) => n === 1 && (responseFormat === undefined || responseFormat.type === 'text'),
  toRequest: (request, partial, prefill) => {
    const said: Message = { role: 'assistant', content: prefill === 'native' ? partial.trimEnd() : partial }
    const asked: readonly Message[] = prefill === 'native' ? [] : [{ role: 'user', content: continueWords }]
    return { ...request, messages: [...request.messages, said, ...asked] }
  },
}

/** Conversations with a model, streamed or not. */
export const chat: Operation<ChatRequest, ChatAnswer> = {
  name: 'chat',
  modelOf: ({ model }) => model,
  withModel: (request, model) => ({ ...request, model }),
  userOf: ({ user }) => user,
  isStream: ({ stream }) => stream === true,
  producedCharactersOf: (answer) => (answer.type === 'whole' ? producedCharacters(answer.response) : 0),
  maxInputTokensOf: (request) => (isPlainText(request) ? maxTokensOf(request) + hiddenTokens : undefined),
  usageOf: (answer) => (answer.type === 'whole' ? answer.response.usage : undefined),
  answeringModelOf: (answer) => (answer.type === 'whole' ? answer.response.model : undefined),
  profileOf: (request) => ({
    hasImages: hasImages(request),
    hasTools: (request.tools ?? []).length > 0,
    maxInputTokens: maxTokensOf(request),
    expectedOutputTokens: expectedOutputTokens(request),
    maxOutputTokens: request.maxTokens === undefined ? undefined : request.maxTokens * (request.n ?? 1),
  }),
  countTokens: estimateTokens,
  affinityKeyOf: promptPrefix,
  determinism: 'by-temperature',
  finishReasonsOf: (answer) => (answer.type === 'whole' ? answer.response.choices.map(({ finish }) => finish.reason) : []),
  continuation,
}
