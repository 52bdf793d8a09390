import { createHmac, randomBytes } from 'node:crypto'
import type { KeySecret } from '../auth/key-store.ts'

const secretBytes = 32
const visibleCharacters = 8
/** `sk-` and 32 bytes in base64url: the form by which secrets are known and masked in logs. */
const form = /^sk-[A-Za-z0-9_-]{43}$/

/** Whether a credential looks like a key that was issued: nothing else is looked up. */
export function isIssuedForm(credential: string): boolean {
  return credential.length === 46 && form.test(credential)
}

/** Keyed: whoever reads the store can neither use what is there nor try keys against it. */
export function digestOf(key: string, secret: string): string {
  return createHmac('sha256', secret).update('issued-key\n').update(key).digest('hex')
}

/** A new key, and what is kept of it. */
export function drawKey(secret: string): { readonly key: string; readonly kept: KeySecret } {
  const key = `sk-${randomBytes(secretBytes).toString('base64url')}`
  return { key, kept: { digest: digestOf(key, secret), prefix: key.slice(0, visibleCharacters) } }
}
