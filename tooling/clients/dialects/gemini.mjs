// Gemini's generateContent, as ai.google.dev/api/generate-content describes it.

import { speaksOfJson } from './shared.mjs'

export const path = /\/v1beta\/models\/[^/]+:(stream)?[gG]enerateContent/

export function isStream(_body, url) {
  return url.includes(':streamGenerateContent')
}

export function modelOf(_body, url) {
  return /models\/([^:]+):/.exec(url)?.[1] ?? ''
}

/** Whether JSON is asked for: by its format, or in the words of the instructions. */
export function wantsJson(body) {
  return body.generationConfig?.responseMimeType === 'application/json' || speaksOfJson(body.systemInstruction, body.contents)
}

/** What the request shows. @throws Error where the API would answer 400 */
export function read({ contents, tools = [] }) {
  const results = []
  let open = []
  for (const { role, parts } of contents) {
    if (role !== 'user' && role !== 'model') throw new Error(`contents.role: ${role}`)
    if (!(parts?.length > 0)) throw new Error('contents.parts must not be empty')
    const responses = parts.filter((part) => part.functionResponse)
    if (responses.length !== open.length)
      throw new Error('the number of function response parts must equal the number of function call parts')
    for (const { functionResponse } of responses) {
      if (!open.includes(functionResponse.name)) throw new Error(`no function call named ${functionResponse.name}`)
      results.push(Object.values(functionResponse.response).join(''))
    }
    open = parts.flatMap((part) => (part.functionCall ? [part.functionCall.name] : []))
  }
  const declared = tools.flatMap(({ functionDeclarations = [] }) => functionDeclarations)
  return { tools: declared.map(({ name }) => name), results }
}

const usageMetadata = { promptTokenCount: 20, candidatesTokenCount: 10, totalTokenCount: 30 }

function candidate(parts, finishReason) {
  return { content: { role: 'model', parts }, ...(finishReason && { finishReason }), index: 0 }
}

function partsOf({ text, calls = [] }) {
  return [...(text === undefined ? [] : [{ text }]), ...calls.map((call) => ({ functionCall: { name: call.name, args: call.arguments } }))]
}

export function toBody(turn) {
  return { candidates: [candidate(partsOf(turn), 'STOP')], usageMetadata, modelVersion: 'gemini-scripted', responseId: 'r1' }
}

export function toStream(turn) {
  const event = (fields) => `data: ${JSON.stringify({ ...fields, modelVersion: 'gemini-scripted', responseId: 'r1' })}\r\n\r\n`
  const events = partsOf(turn).flatMap((part) => {
    const pieces = part.text === undefined ? [part] : (part.text.match(/[\s\S]{1,12}/g) ?? []).map((text) => ({ text }))
    return pieces.map((piece) => event({ candidates: [candidate([piece])] }))
  })
  return [...events, event({ candidates: [candidate([{ text: '' }], 'STOP')], usageMetadata })].join('')
}

export function toError({ status, message }) {
  return { error: { code: status, message, status: status === 429 ? 'RESOURCE_EXHAUSTED' : 'INVALID_ARGUMENT' } }
}
