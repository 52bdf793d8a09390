import { expect, it } from 'vitest'
import { toStandardBase64 } from './base64.ts'

it.each([
  ['AAAA', 'AAAA'],
  ['A-_', 'A+/='],
  ['QQ', 'QQ=='],
  ['QQ==', 'QQ=='],
  ['AA\nAA', 'AAAA'],
  ['', ''],
] as const)('writes %j as %j', (given, standard) => {
  expect(toStandardBase64(given)).toBe(standard)
})
