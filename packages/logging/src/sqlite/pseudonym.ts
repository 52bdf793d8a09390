import { createHash, createHmac } from 'node:crypto'

/** @throws TypeError when a secret is too short to protect anything */
export function checkSecret(secret: string, store: string): void {
  if (secret.length < 16) throw new TypeError(`The ${store} secret has ${secret.length} characters; at least 16 are needed`)
}

/** 96 bits of HMAC-SHA-256: the same for the same key and text, and nothing to whoever lacks the key. */
export function keyedPseudonym(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 24)
}

const maxNameCharacters = 256

/** A name that can be held in numbers: callers choose it, and it may be megabytes. */
export function boundName(name: string): string {
  return name.length <= maxNameCharacters ? name : createHash('sha256').update(name).digest('hex')
}

/** Pseudonyms of end users under one key. */
export interface Pseudonyms {
  readonly of: (user: string) => string
  /** Forgets that the name was ever seen. */
  readonly forget: (user: string) => void
}

const maxRemembered = 1000

/**
 * Pseudonyms under one secret, of one purpose: those of another purpose can't be matched with them. The latest are remembered, because a digest costs
 * more than all else that is done for a call.
 */
export function createPseudonyms(secret: string, purpose: string): Pseudonyms {
  const remembered = new Map<string, string>()
  return {
    of: (name) => {
      const user = boundName(name)
      const known = remembered.get(user)
      if (known !== undefined) return known
      const pseudonym = `user_${keyedPseudonym(secret, `${purpose}\n${user}`)}`
      const [oldest] = remembered.keys()
      if (remembered.size >= maxRemembered && oldest !== undefined) remembered.delete(oldest)
      remembered.set(user, pseudonym)
      return pseudonym
    },
    forget: (name) => void remembered.delete(boundName(name)),
  }
}
