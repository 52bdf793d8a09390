import { createHmac } from 'node:crypto'
import { createMasker } from '@proxyapi/logging'
import type { Mask } from '../errors/client-error.ts'

/** A pseudonym of an end user: the same for as long as the secret is. */
export function toRecordedUser(user: string, secret: string): string {
  return `user_${createHmac('sha256', secret).update(`recording\n${user}`).digest('hex').slice(0, 24)}`
}

/** `map` over every string below a value, keys left alone. */
function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item: unknown) => mapTexts(item, map))
  return Object.fromEntries(Object.entries(value).map(([name, item]: [string, unknown]) => [name, mapTexts(item, map)]))
}

/** Hides what a body must not keep: secrets, e-mail addresses, card numbers, and the end user's own identifier. */
export function createBodyMask(
  mask: Mask,
): (body: unknown, user: { readonly named: string; readonly pseudonym: string } | undefined) => unknown {
  const personal = createMasker({ emails: true, cards: true })
  return (body, user) => {
    const masked = mapTexts(body, (text) => (text === user?.named ? user.pseudonym : mask(text)))
    return personal.maskValue(masked)
  }
}
