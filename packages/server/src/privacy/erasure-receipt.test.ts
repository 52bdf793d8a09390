import { describe, expect, it } from 'vitest'
import { erasurePublicKey, signErasure, verifyErasureReceipt } from './erasure-receipt.ts'

const secret = 'a secret of these tests'
const facts = { user: 'ana', erased: { usage: 2, cache_entries: 1 }, request_id: 'r-1', erased_at: '2026-11-30T12:00:00.000Z' }
const receipt = signErasure(facts, secret)

describe('the receipt of an erasure', () => {
  it('verifies with the public key of the secret, whatever the order of its members', () => {
    const shuffled = JSON.parse(JSON.stringify({ ...receipt, erased: { cache_entries: 1, usage: 2 } })) as unknown
    expect(verifyErasureReceipt(shuffled, erasurePublicKey(secret))).toEqual({ ok: true })
    expect(verifyErasureReceipt(receipt)).toEqual({ ok: true })
    expect(signErasure(facts, secret)).toEqual(receipt)
  })

  it.each<[string, object]>([
    ['another person', { user: 'eve' }],
    ['another count', { erased: { usage: 3, cache_entries: 1 } }],
    ['a store more', { erased: { ...facts.erased, receipts: 0 } }],
    ['another request', { request_id: 'r-2' }],
    ['another time', { erased_at: '2026-11-30T12:00:00.001Z' }],
    ['a signature cut off', { signature: { ...receipt.signature, value: receipt.signature.value.slice(0, 20) } }],
    ['a key cut off', { signature: { ...receipt.signature, public_key: 'AAAA' } }],
  ])('does not verify with %s', (_what, change) => {
    const problem = 'the signature does not belong to what stands in it'
    expect(verifyErasureReceipt({ ...receipt, ...change })).toEqual({ ok: false, problem })
  })

  it('does not verify when somebody else has signed it', () => {
    const forged = signErasure(facts, 'the secret of somebody else')
    expect(verifyErasureReceipt(forged, erasurePublicKey(secret))).toEqual({ ok: false, problem: 'it was signed with another key' })
  })

  it.each([null, [], 'x', {}, { object: 'erasure_receipt' }, { ...receipt, signature: null }, { ...receipt, erased: { a: 'b' } }])(
    'is not %j',
    (value) => {
      expect(verifyErasureReceipt(value)).toEqual({ ok: false, problem: 'it is no receipt of an erasure' })
    },
  )
})
