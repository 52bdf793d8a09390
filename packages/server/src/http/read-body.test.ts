import { describe, expect, it } from 'vitest'
import { parseBodyBytes } from './read-body.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const parse = async (text: string): Promise<unknown> => parseBodyBytes(bytesOf(text), 'tenant')
const megabyte = 1024 * 1024

describe('a body', () => {
  it.each([
    ['short and too deep', `${'['.repeat(65)}${']'.repeat(65)}`, 'nests deeper than 64 levels'],
    ['long and too deep', `{"a":"${'x'.repeat(2 * megabyte)}","b":${'['.repeat(65)}${']'.repeat(65)}}`, 'nests deeper than 64 levels'],
    ['that nests without end', '['.repeat(10 * megabyte), 'nests deeper than 64 levels'],
    ['of empty objects', `[${'{},'.repeat(6 * megabyte)}{}]`, 'has more than 120000 objects and lists'],
    ['of small messages', `{"messages":[${'{"role":"user","content":""},'.repeat(300_000)}{}]}`, 'objects and lists'],
    ['of numbers', `[${'1,'.repeat(5 * megabyte)}1]`, 'has more than 400000 members'],
    [
      'of nulls in one object',
      `{${Array.from({ length: 500_000 }, (_, index) => `"${index}":null`).join(',')}}`,
      'has more than 400000 members',
    ],
    ['that ends in a string', `{"a":"${'x'.repeat(2 * megabyte)}`, 'is not valid JSON'],
  ])('%s is refused', async (_what, text, message) => {
    await expect(parse(text)).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringContaining(message) as string })
  })

  it('that is no UTF-8 is refused, however long', async () => {
    const bytes = new Uint8Array(2 * megabyte).fill(0xff)
    await expect((async () => parseBodyBytes(bytes, undefined))()).rejects.toThrow('is not valid UTF-8')
  })

  it.each([
    ['a short one at once', '{"a":[1,2]}'],
    ['a long text', JSON.stringify({ messages: [{ role: 'user', content: 'x'.repeat(5 * megabyte) }] })],
    ['many brackets in a text', JSON.stringify({ input: '[{'.repeat(megabyte) })],
    ['100,000 messages', JSON.stringify({ messages: Array.from({ length: 100_000 }, () => ({ role: 'user', content: '' })) })],
    ['300,000 token ids', JSON.stringify({ input: Array.from({ length: 300_000 }, (_, index) => index) })],
  ])('is parsed: %s', async (_what, text) => {
    expect(await parse(text)).toEqual(JSON.parse(text))
  })
})
