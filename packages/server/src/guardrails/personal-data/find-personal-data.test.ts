import { describe, expect, it } from 'vitest'
import { personalDataEntities } from '../../config/guardrails-schema.ts'
import { findPersonalData, holdPersonalData, personalDataKinds } from './find-personal-data.ts'

const all = new Set(personalDataKinds)
const found = (text: string): readonly string[] =>
  findPersonalData(text, all).map(({ kind, start, end }) => `${kind}:${text.slice(start, end)}`)

describe('personal data', () => {
  it.each<[string, readonly string[]]>([
    ['Write to ana.silva+x@exemplo.com.br, please.', ['email:ana.silva+x@exemplo.com.br']],
    ['João: joão@exämple.de.', ['email:joão@exämple.de']],
    ['{"a":"line\\nbob@example.org"}', ['email:bob@example.org']],
    ['Card 4111 1111 1111 1111 exp 12/27', ['card:4111 1111 1111 1111']],
    ['378282246310005', ['card:378282246310005']],
    ['IBAN DE89 3704 0044 0532 0130 00 and more', ['iban:DE89 3704 0044 0532 0130 00']],
    ['pt50000201231234567890154', ['iban:pt50000201231234567890154']],
    ['SSN 123-45-6789.', ['national_id:123-45-6789']],
    ['CPF 529.982.247-25', ['national_id:529.982.247-25']],
    ['cpf: 52998224725', ['national_id:52998224725']],
    ['NIF 123456789', ['national_id:123456789']],
    ['Cartão 00000000 0 ZZ4', ['national_id:00000000 0 ZZ4']],
    ['Steuer-ID 86 095 742 719', ['national_id:86 095 742 719']],
    ['DNI 12345678Z, NIE X1234567L', ['national_id:12345678Z', 'national_id:X1234567L']],
    ['CF RSSMRA85T10A562S', ['national_id:RSSMRA85T10A562S']],
    ['BSN 111222333', ['national_id:111222333']],
    ['PESEL 44051401359', ['national_id:44051401359']],
    ['NHS 943 476 5919', ['national_id:943 476 5919']],
    ['811218-9876', ['national_id:811218-9876']],
    ['AHV 756.9217.0769.85', ['national_id:756.9217.0769.85']],
    ['NINO QQ 12 34 56 C no, AB 12 34 56 C yes', ['national_id:AB 12 34 56 C']],
    ['from 203.0.113.9 and 2001:db8::8a2e:370:7334', ['ip:203.0.113.9', 'ip:2001:db8::8a2e:370:7334']],
    ['Call (415) 555-0132 or +49 30 901820', ['phone:(415) 555-0132', 'phone:+49 30 901820']],
    ['Ligue para 912 345 678', ['phone:912 345 678']],
    ['celular (11) 91234-5678', ['phone:(11) 91234-5678']],
  ])('is found in %s', (text, expected) => {
    expect(found(text)).toEqual(expected)
  })

  it.each([
    'Version 1.2.3.4 came out on 2024-11-30 at 12:30:45.',
    'Order 4111 1111 1111 1112 of 123456789 pieces for 1.234.567,89 EUR',
    'ISBN 978-3-16-148410-0, EAN 4006381333931',
    'std::vector at ::1 and 127.0.0.1, commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
    'user@localhost and @handle, a@b',
    '912 345 678 habitantes',
    'DE00 3704 0044 0532 0130 00',
    'CPF 529.982.247-26',
    '550e8400-e29b-41d4-a716-446655440000',
    '[EMAIL_1] and [PHONE_12]',
  ])('is not found in %s', (text) => {
    expect(found(text)).toEqual([])
  })

  it('is of the kinds that the configuration names', () => {
    expect(personalDataKinds).toEqual(personalDataEntities)
  })

  it('holds back of a stream no more than the word that has not ended, and the digits before it', () => {
    const held = (text: string): string => text.slice(holdPersonalData(text))
    expect(held('Good morning to everybody ')).toBe('')
    expect(held('Good morning to every')).toBe('every')
    expect(held('call 4111 1111 11')).toBe('4111 1111 11')
    expect(held('pay with 4111 1111 11')).toBe('4111 1111 11')
    expect(held('my account DE89 3704 ')).toBe('DE89 3704 ')
    expect(held('NINO AB ')).toBe('AB ')
    expect(held('NINO (AB 12 34')).toBe('(AB 12 34')
    expect(held(`${'x'.repeat(1_000)}`)).toBe('x'.repeat(340))
  })
})
