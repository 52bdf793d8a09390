import { isIP } from 'node:net'
import { isForbiddenHost } from '@proxyapi/core/serving'
import * as v from 'valibot'

/*
 * The small vocabulary of the configuration's schema. Numbers and booleans also accept their text, since a value may come
 * out of the environment (`port: ${PORT}`).
 */
export const text = v.string()
/** Hidden wherever a configuration is shown. */
export const secret = v.pipe(v.string(), v.metadata({ isSecret: true }))

function fromText(value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (value === 'true' || value === 'false') return value === 'true'
  return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
}

export const flag = v.pipe(v.unknown(), v.transform(fromText), v.boolean())

export function number(min: number, max: number = Number.MAX_SAFE_INTEGER) {
  return v.pipe(v.unknown(), v.transform(fromText), v.number(), v.minValue(min), v.maxValue(max))
}

export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER) {
  return v.pipe(v.unknown(), v.transform(fromText), v.number(), v.integer(), v.minValue(min), v.maxValue(max))
}

/** The longest wait that a timer takes: 2^31 - 1 ms. More would end at once. */
const longestWaitMs = 2_147_483_647
export const milliseconds = integer(1, longestWaitMs)
export const seconds = number(0.001, Math.floor(longestWaitMs / 1000))

export const texts = v.array(v.string())
/** A header may carry a credential: none is shown. */
export const headers = v.record(v.string(), secret)

/** `100/minute` and its like. */
export const rate = v.pipe(v.string(), v.regex(/^\d+\/(second|minute|hour|day)$/, 'a rate such as "100/minute"'))

/** `10.0.0.7`, `10.0.0.0/8`, `2001:db8::/32`. */
export const network = v.pipe(v.string(), v.check(isNetwork, 'an address or a network such as 10.0.0.0/8'))

function isNetwork(value: string): boolean {
  const [address = '', prefix, ...more] = value.split('/')
  const version = isIP(address)
  if (version === 0 || more.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
}

/** Where a web page comes from, as browsers write it: a scheme, a host and perhaps a port; `*` for any. */
export const webOrigin = v.pipe(
  v.string(),
  v.check((value) => value === '*' || (URL.canParse(value) && new URL(value).origin === value), 'an origin such as https://app.example'),
)

export const httpUrl = v.pipe(
  v.string(),
  v.check((value) => URL.canParse(value) && /^https?:/.test(value), 'an http or https URL'),
  v.check(
    (value) => !URL.canParse(value) || !isForbiddenHost(new URL(value).hostname),
    'an address that is neither link-local nor of cloud metadata',
  ),
)
