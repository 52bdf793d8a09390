import type { AnyAnswer, ChatResponse, RerankResponse, WholeAnswer } from '@proxyapi/core'
import type { AnswerPart } from './guardrail.ts'
import { mapJsonStrings, mapStrings } from './json-strings.ts'

/** Offers a text of an answer. Arguments are the text of a JSON document, whose strings are what is said. */
export type MapAnswerText = (text: string, part: AnswerPart) => string

type Choice = ChatResponse['choices'][number]

/** Probabilities are of tokens: where the text is another, they are of nothing. */
function mapChoice(choice: Choice, map: MapAnswerText): Choice {
  const { logprobs, ...rest } = choice
  const text = map(choice.text, 'text')
  const mapped: Choice = {
    ...rest,
    text,
    ...(choice.refusal !== undefined && { refusal: map(choice.refusal, 'refusal') }),
    reasoning: choice.reasoning.map((block) => ({ ...block, text: map(block.text, 'reasoning') })),
    toolCalls: choice.toolCalls.map((call) => ({ ...call, argumentsText: map(call.argumentsText, 'arguments') })),
    ...(choice.annotations !== undefined && { annotations: mapStrings(choice.annotations, (one) => map(one, 'annotation')) }),
  }
  return text === choice.text && logprobs !== undefined ? { ...mapped, logprobs } : mapped
}

function isChatResponse(response: object): response is ChatResponse {
  return 'choices' in response && Array.isArray(response.choices)
}

function isRerankResponse(response: object): response is RerankResponse {
  return 'results' in response && Array.isArray(response.results) && response.results.some((one: object) => 'relevanceScore' in one)
}

function mapResponse(response: object, map: MapAnswerText): object {
  if (isChatResponse(response)) return { ...response, choices: response.choices.map((choice) => mapChoice(choice, map)) }
  if (!isRerankResponse(response)) return response
  const results = response.results.map((result) =>
    result.document === undefined ? result : { ...result, document: { text: map(result.document.text, 'text') } },
  )
  return { ...response, results }
}

/** A whole answer with other texts, without the provider's bytes; the same object when none changed. */
export function mapAnswerTexts<Answer extends AnyAnswer>(answer: Answer & WholeAnswer<unknown>, map: MapAnswerText): Answer {
  let isChanged = false
  const response = mapResponse(answer.response as object, (text, part) => {
    const mapped = map(text, part)
    isChanged ||= mapped !== text
    return mapped
  })
  if (!isChanged) return answer
  const { raw: _raw, ...rest } = answer
  return { ...rest, response } as unknown as Answer // an answer of the same operation with other texts
}

/** The same, string by string within what is JSON. */
export function mapAnswerStrings<Answer extends AnyAnswer>(answer: Answer & WholeAnswer<unknown>, map: MapAnswerText): Answer {
  return mapAnswerTexts(answer, (text, part) => (part === 'arguments' ? mapJsonStrings(text, (one) => map(one, part)) : map(text, part)))
}
