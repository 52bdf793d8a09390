import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign, verify } from 'node:crypto'

/*
 * Signed with Ed25519 (RFC 8032), so that whoever has the public key can verify a receipt without the gateway. The key is derived from the secret of the
 * data folder (HKDF, RFC 5869): the same for as long as the secret is, and kept nowhere.
 */

/** What a signature covers: who was erased, how much of what, in which request and when. */
export interface ErasureFacts {
  readonly user: string
  /** Pieces by store. */
  readonly erased: Readonly<Record<string, number>>
  readonly request_id: string
  /** ISO 8601. */
  readonly erased_at: string
}

/** The proof of an erasure, as `DELETE /api/privacy/users/{id}` answers it. */
export interface ErasureReceipt extends ErasureFacts {
  readonly object: 'erasure_receipt'
  readonly signature: {
    readonly algorithm: 'ed25519'
    /** The 32 bytes of the public key, in base64url. */
    readonly public_key: string
    /** The 64 bytes of the signature, in base64url. */
    readonly value: string
  }
}

/** What verifying a receipt came to, in words for an operator. */
export interface ErasureVerdict {
  readonly ok: boolean
  readonly problem?: string | undefined
}

/** RFC 8410: what stands before the 32 bytes of a key. */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex')
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex')

function privateKeyOf(secret: string): KeyObject {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'proxyapi erasure receipt', 32))
  return createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: 'der', type: 'pkcs8' })
}

function publicBytes(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(publicPrefix.length)
}

/** One text for equal facts. */
function signedText({ user, erased, request_id: requestId, erased_at: erasedAt }: ErasureFacts): Buffer {
  const counts = Object.entries(erased).sort(([a], [b]) => (a < b ? -1 : 1))
  return Buffer.from(JSON.stringify(['proxyapi erasure receipt 1', user, counts, requestId, erasedAt]))
}

/** The receipt of an erasure, signed with the key of a secret. */
export function signErasure(facts: ErasureFacts, secret: string): ErasureReceipt {
  const key = privateKeyOf(secret)
  const signature = {
    algorithm: 'ed25519',
    public_key: publicBytes(key).toString('base64url'),
    value: sign(null, signedText(facts), key).toString('base64url'),
  } as const
  return { object: 'erasure_receipt', ...facts, signature }
}

/** The public key of a secret's receipts, in base64url: to be handed out, so that receipts can be verified without the secret. */
export function erasurePublicKey(secret: string): string {
  return publicBytes(privateKeyOf(secret)).toString('base64url')
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isReceipt(value: unknown): value is ErasureReceipt {
  if (!isRecord(value) || value['object'] !== 'erasure_receipt') return false
  const { user, erased, request_id: requestId, erased_at: erasedAt, signature } = value
  if (![user, requestId, erasedAt].every(isText) || !isRecord(erased) || !isRecord(signature)) return false
  if (!Object.values(erased).every((count) => typeof count === 'number')) return false
  return signature['algorithm'] === 'ed25519' && isText(signature['public_key']) && isText(signature['value'])
}

function isSigned(receipt: ErasureReceipt): boolean {
  const bytes = Buffer.from(receipt.signature.public_key, 'base64url')
  if (bytes.length !== 32) return false
  const key = createPublicKey({ key: Buffer.concat([publicPrefix, bytes]), format: 'der', type: 'spki' })
  return verify(null, signedText(receipt), key, Buffer.from(receipt.signature.value, 'base64url'))
}

/**
 * Whether a receipt is as it was signed, by the key that is expected. Without an expected key the answer is only that nobody has changed it
 * since somebody signed it.
 */
export function verifyErasureReceipt(receipt: unknown, expectedPublicKey?: string): ErasureVerdict {
  if (!isReceipt(receipt)) return { ok: false, problem: 'it is no receipt of an erasure' }
  if (!isSigned(receipt)) return { ok: false, problem: 'the signature does not belong to what stands in it' }
  if (expectedPublicKey === undefined || receipt.signature.public_key === expectedPublicKey) return { ok: true }
  return { ok: false, problem: 'it was signed with another key' }
}
