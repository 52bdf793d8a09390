import { describe, expect, it } from 'vitest'
import { keepBytes } from '../../chat/source.ts'
import { everything } from '../../providers/capability-rows.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../wire/json.ts'
import { toAnthropicRequest } from './request.ts'
import { fromAnthropicRequest } from './request-decode.ts'

const foreign = '{"type":"thinking","thinking":"t","signature":"proxyapi:gemini:AAA"}'
const unsigned = '{"type":"thinking","thinking":"t","signature":""}'
const encrypted = '{"type":"redacted_thinking","data":"proxyapi:bedrock-converse:AAA"}'
const own = '{"type": "thinking", "thinking": "caf\\u00e9", "signature": "S1"}'
const server = '{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"n":12345678901234567890}}'
const signed = '{"type":"tool_use","id":"a","name":"f","input":{"n":1.0},"extra_content":{"google":{"thought_signature":"G"}}}'
const unmarked = '{"type":"tool_use","id":"a","name":"f","input":{"n":1.0}}'
const text = '{"type":"text","text":"a", "citations":null}'

const message = (role: string, ...blocks: readonly string[]): string => `{"role":"${role}","content":[${blocks.join(', ')}]}`
const body = (model: string, ...messages: readonly string[]): string =>
  `{ "model":"${model}","max_tokens":100,"odd":{"deep":[1e2]},\n"messages":[${messages.join(',')}],"tools":[{"type":"web_search_20250305","name":"web_search"}]}`

function sent(given: string, model = 'claude-sonnet-4-5'): { readonly text: string | undefined; readonly body: JsonObject } {
  const parsed = parseJson(given)
  if (!isJsonObject(parsed)) throw new Error('No object.')
  const request = fromAnthropicRequest(parsed)
  keepBytes(request, new TextEncoder().encode(given))
  const { bytes, body: written } = toAnthropicRequest(request, { model, capabilities: everything, stream: false })
  return { text: bytes && new TextDecoder().decode(bytes), body: written }
}

describe('a client’s own history that other vendors took part in', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    [
      'thinking of another vendor',
      [message('assistant', foreign, text), message('assistant', own, server)],
      [message('assistant', text), message('assistant', own, server)],
    ],
    ['encrypted thinking of another vendor', [message('assistant', encrypted, own, text)], [message('assistant', own, text)]],
    ['thinking that nobody signed', [message('assistant', own, unsigned)], [message('assistant', own)]],
    ['a signature on a call', [message('assistant', own, signed)], [message('assistant', own, unmarked)]],
    [
      'a message of nothing else',
      [message('user', text), message('assistant', foreign, encrypted), message('user', text)],
      [message('user', text), message('user', text)],
    ],
  ])('loses %s, and not a byte more', (_name, messages, kept) => {
    const written = sent(body('anthropic/claude-sonnet-4-5', ...messages))
    expect(written.text).toBe(body('claude-sonnet-4-5', ...kept))
    expect({ ...written.body, model: 'x' }).toEqual(parseJson(body('x', ...kept)))
  })

  it('keeps unsigned thinking of models that need not sign', () => {
    const messages = [message('assistant', unsigned, text), message('assistant', foreign, text)]
    expect(sent(body('x', ...messages), 'kimi-k2').text).toBe(
      body('kimi-k2', message('assistant', unsigned, text), message('assistant', text)),
    )
  })

  it('is left alone where nothing in it is foreign', () => {
    const given = body('x', message('user', text), message('assistant', own, server, unmarked))
    expect(sent(given).text).toBe(given.replace('"model":"x"', '"model":"claude-sonnet-4-5"'))
  })
})
