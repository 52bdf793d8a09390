import { createHmac, timingSafeEqual } from 'node:crypto'

/** The headers of a signed webhook, in lower case. */
export const webhookHeaders = {
  /** Unix seconds of this try. */
  timestamp: 'x-proxyapi-timestamp',
  /** `sha256=` and the HMAC-SHA-256 of the timestamp, a dot and the body, in hexadecimal. */
  signature: 'x-proxyapi-signature',
  /** The notification's id: the same in every try of one delivery. */
  delivery: 'x-proxyapi-delivery',
} as const

/** The signature of a body at a time, under a secret that sender and receiver share. */
export function signWebhook({
  secret,
  timestamp,
  body,
}: {
  readonly secret: string
  readonly timestamp: string
  readonly body: string
}): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`
}

/** A received webhook whose signature is to be checked. */
export interface SignedWebhook {
  readonly secret: string
  /** Values of the headers; `undefined` when a header was not there. */
  readonly timestamp: string | undefined
  readonly signature: string | undefined
  /** As it was received, before anything parsed it. */
  readonly body: string
  /** Unix milliseconds. */
  readonly nowMs: number
  /** How old a webhook may be, so that nobody can send it again later. Default: 5 minutes. */
  readonly toleranceMs?: number | undefined
}

const usualToleranceMs = 300_000

/** For receivers: whether a webhook was signed with the secret, and lately. Compares in constant time. */
export function verifyWebhook(webhook: SignedWebhook): boolean {
  const { secret, timestamp, signature, body, nowMs, toleranceMs = usualToleranceMs } = webhook
  if (timestamp === undefined || signature === undefined || !/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(nowMs - Number(timestamp) * 1_000) > toleranceMs) return false
  const expected = Buffer.from(signWebhook({ secret, timestamp, body }))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
