import { bench, describe } from 'vitest'
import { createMasker } from './masker.ts'

const keys = Array.from({ length: 100 }, (_, index) => `client-key-${index.toString(36).padStart(4, '0')}-0123456789abcdef`)
const masker = createMasker({ secrets: keys, emails: true, cards: true })
const megabyte = (text: string): string => text.repeat(Math.ceil(1_000_000 / text.length))

const logLine = `{"level":"INFO","timestamp":"2026-11-24T12:00:00.000Z","extra_data":{"request_id":"req_7f3a1c","key":"ops","method":"POST","endpoint":"/v1/chat/completions","status":200,"provider":"openai","model":"gpt-4o","attempts":1,"tokens":150,"latency_ms":245},"message":"Request processed"}\n`
const texts = {
  prose: 'The quick brown fox jumps over the lazy dog, and nobody logs what it said. ',
  'log lines': logLine,
  keys: 'a key sk-abcdefghijklmnopqrstuvwxyz0123456789 and token=abcdefgh12345678, Authorization: Bearer abcdef.ghijkl ',
  'one run of letters': 'abcdefghij',
  base64: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKEY',
  'sk- without end': 'sk-',
  'eyJ without end': 'eyJabcdef',
  'dotted eyJ': 'eyJ.',
  'PEM without end': '-----BEGIN PRIVATE KEY-----',
  'schemes without end': 'a://b:c',
  'assignments without end': 'token="',
  'escaped quotes without end': 'secret:\\"secret:\\\\\\"',
  'words of names': 'api_key_token_secret_password_',
  'bearer bearer': 'bearer ',
  'at signs': 'a@b.c.',
  digits: '4111111111111111 ',
  'keys in paths': 'L2Orcue2l2vCUxUyL46T5adHiUXz7og3/',
  'doubled quotes': '""token"":""',
  slashes: 'a/',
}

describe('masking 1 MB', () => {
  for (const [name, text] of Object.entries(texts)) {
    const large = megabyte(text)
    bench(name, () => void masker.mask(large), { iterations: 5, time: 200 })
  }
})

describe('masking a log line', () => {
  bench('of 300 bytes', () => void masker.mask(logLine))
})
