import { createSeededRandom } from '@proxyapi/core/chaos'
import { describe, expect, it } from 'vitest'
import { lastWords, type Reply, stage } from '../gateway/__fixtures__/guarded-gateway.ts'
import { bodyFor, readAnswer, surfacePaths } from '../gateway/__fixtures__/read-answer.ts'

const hide = { name: 'personal-data', type: 'personal_data' }
const email = 'ana.silva@exemplo.com.br'
const card = '4111 1111 1111 1111'
const words = `Write to ${email} about ${card}, please.`
const echo: Reply = (body) => ({ text: `You said: ${lastWords(body)} Bye [EMAIL_9].` })
const echoed = `You said: ${words} Bye [EMAIL_9].`
const tool = { name: 'send_mail', description: 'Sends', parameters: { type: 'object', properties: { to: { type: 'string' } } } }

describe('personal data of a request', () => {
  for (const type of ['openai', 'anthropic'] as const) {
    it.each(surfacePaths.flatMap((path) => [false, true].map((stream) => [path, stream] as const)))(
      `never reaches a provider of ${type}, and is put back: %s, stream %s`,
      async (path, stream) => {
        const { post, sentText, receipts } = stage({ guardrails: [hide], type, reply: echo })
        const got = await readAnswer(path, await post(path, bodyFor(path, words, stream)))
        expect([got.text, got.error]).toEqual([echoed, undefined])
        expect(sentText()).toContain('Write to [EMAIL_1] about [CARD_1], please.')
        expect(sentText()).not.toMatch(/ana\.silva|4111/)
        expect(receipts[0]?.guardrails).toEqual([{ name: 'personal-data', stage: 'input', verdict: 'redact', kinds: ['email', 'card'] }])
      },
    )
  }

  it('is put back into a stream that is cut at any byte, and into deltas of any length', { timeout: 60_000 }, async () => {
    const short = `To ${email}.`
    const path = '/v1/chat/completions'
    // A cached answer would not be cut.
    const headers = { 'cache-control': 'no-store, no-cache' }
    const { post, state } = stage({ guardrails: [hide], reply: (body) => ({ text: lastWords(body) }), deltaSize: 4 })
    for (state.cutAt = 0; state.cutAt < 1_200; state.cutAt++)
      expect((await readAnswer(path, await post(path, bodyFor(path, short, true), headers))).text).toBe(short)
    for (let deltaSize = 1; deltaSize < 60; deltaSize++) {
      const other = stage({ guardrails: [hide], reply: echo, deltaSize })
      expect((await readAnswer(path, await other.post(path, bodyFor(path, words, true)))).text).toBe(echoed)
    }
  })

  it.each([
    ['/v1/chat/completions', [{ type: 'function', function: tool }]],
    ['/v1/responses', [{ type: 'function', ...tool }]],
    ['/v1/messages', [{ name: tool.name, input_schema: tool.parameters }]],
  ])('is put back into the arguments of a tool call as JSON writes it: %s', async (path, tools) => {
    const name = 'Anna "Ann" \\ Öz'
    const guardrails = [hide, { name: 'names', type: 'regex', action: 'redact', kind: 'person', patterns: ['Anna "Ann" \\\\ Öz'] }]
    for (const stream of [false, true]) {
      for (const type of ['openai', 'anthropic'] as const) {
        const argumentsText = '{"to":"[EMAIL_1]","name":"Dear [PERSON_1]!","n":12345678901234567}'
        const { post, sentText } = stage({
          guardrails,
          type,
          reply: () => ({ toolCall: { name: 'send_mail', argumentsText } }),
          deltaSize: 2,
        })
        const response = await post(path, { ...bodyFor(path, `Mail ${name} at ${email}`, stream), tools })
        const got = await readAnswer(path, response)
        expect(JSON.parse(got.argumentsText)).toMatchObject({ to: email, name: `Dear ${name}!` })
        expect(sentText()).not.toMatch(/ana\.silva|Öz/)
      }
    }
  })

  it('is hidden in every place of a request that travels', async () => {
    const { post, sentText } = stage({ guardrails: [hide] })
    const argumentsText = JSON.stringify({ note: `line\n${email}`, card: 4111111111111111, big: 12345678901234567890n.toString() })
    await post('/v1/chat/completions', {
      user: email,
      metadata: { owner: email },
      stop: [email],
      prediction: { type: 'content', content: email },
      tools: [
        {
          type: 'function',
          function: { name: 'f', description: `for ${email}`, parameters: { type: 'object', properties: { a: { enum: [email] } } } },
        },
      ],
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { description: email } } },
      messages: [
        { role: 'system', content: `Owner: ${email}` },
        {
          role: 'user',
          content: [
            { type: 'text', text: email },
            { type: 'image_url', image_url: { url: `https://x.test/?u=${email}` } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: argumentsText } }],
        },
        { role: 'tool', tool_call_id: 'c', content: `{"mail":"${email}","next":"a\\n${email}"}` },
      ],
    })
    expect(sentText()).not.toMatch(/ana\.silva|4111111111111111/)
    expect(sentText()).toContain(String.raw`{\"note\":\"line\\n[EMAIL_1]\",\"card\":\"[CARD_1]\",\"big\":\"12345678901234567890\"}`)
  })

  it('of 200 conversations is restored exactly and never sent', { timeout: 60_000 }, async () => {
    const random = createSeededRandom(7)
    const one = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item // an index of the list
    const digits = (count: number): string => Array.from({ length: count }, () => Math.floor(random() * 10)).join('')
    const draw = [
      () => `p${digits(6)}.q@example-${digits(3)}.org`,
      () => `+49 30 ${digits(7)}`,
      () => one(['DE89 3704 0044 0532 0130 00', 'GB82WEST12345698765432', 'PT50000201231234567890154']),
      () => one(['4111 1111 1111 1111', '5500005555555559', '3714 496353 98431']),
      () => one(['529.982.247-25', '123-45-6789', '12345678Z', 'RSSMRA85T10A562S']),
      () => `203.0.113.${Math.floor(random() * 200) + 10}`,
    ]
    const frames = [
      'Bitte an %s senden.',
      'My details: %s and %s',
      'Contacte %s; o outro é %s, e %s.',
      'line one\n%s\n\t%s end',
      '("%s")',
      '%s',
    ]
    let restored = 0
    for (let index = 0; index < 200; index++) {
      const secrets: string[] = []
      const text = one(frames).replace(/%s/g, () => {
        const value = one(draw)()
        secrets.push(value)
        return value
      })
      const path = one(surfacePaths)
      const asTool = path !== '/v1/completions' && random() < 0.3
      const reply: Reply = (body) =>
        asTool ? { toolCall: { name: 'f', argumentsText: JSON.stringify({ said: lastWords(body) }) } } : { text: lastWords(body) }
      const { post, state, sentText } = stage({
        guardrails: [hide],
        type: one(['openai', 'anthropic']),
        reply,
        deltaSize: Math.floor(random() * 5) + 1,
      })
      state.cutAt = Math.floor(random() * 2_000)
      const got = await readAnswer(path, await post(path, bodyFor(path, text, random() < 0.7)))
      expect(asTool ? (JSON.parse(got.argumentsText) as object) : got.text).toEqual(asTool ? { said: text } : text)
      for (const secret of secrets) expect(sentText()).not.toContain(secret)
      restored += secrets.length
    }
    expect(restored).toBe(343)
  })
})
