import * as v from 'valibot'
import { date, duration } from './duration.ts'
import { flag, integer, number, secret, text, texts } from './fields.ts'

const day = { maxMs: 86_400_000, said: 'at most 24h' }
const severities = ['info', 'warning', 'critical'] as const

/** Known to the schema by their names: what a rule may name. */
export const alertChannelNames = ['slack', 'email', 'pagerduty', 'webhook'] as const

/** Has either a condition or an anomaly, which `check-alerting.ts` sees to. */
const rule = v.strictObject({
  name: v.pipe(text, v.minLength(1), v.maxLength(128)),
  condition: v.optional(text),
  anomaly: v.optional(
    v.strictObject({
      signal: text,
      sensitivity: v.optional(number(0.1, 1_000), 4),
      direction: v.optional(v.picklist(['above', 'below', 'both']), 'above'),
    }),
  ),
  severity: v.optional(v.picklist(severities), 'warning'),
  channels: v.optional(texts, []),
  description: v.optional(v.pipe(text, v.maxLength(1_000))),
  for: v.optional(duration({ minMs: 0, ...day })),
})

const silence = v.strictObject({
  rule: v.optional(text),
  severity: v.optional(v.picklist(severities)),
  until: date,
  reason: v.optional(text),
})

function address(protocols: readonly string[]) {
  const said = `a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`
  const isAddress = (value: string): boolean => value === '' || (URL.canParse(value) && protocols.includes(new URL(value).protocol))
  return v.optional(v.pipe(secret, v.check(isAddress, said)), '')
}

const web = ['https:', 'http:']

/** Rules that tell people, and the ways to reach them. A channel without an address is not set up. */
export const alertingSchema = v.strictObject({
  enabled: v.optional(flag, true),
  rules: v.optional(v.pipe(v.array(rule), v.maxLength(500)), []),
  channels: v.optional(
    v.strictObject({
      slack: v.optional(v.strictObject({ webhook_url: address(web) })),
      email: v.optional(v.strictObject({ smtp_url: address(['smtp:', 'smtps:']), from: v.optional(text), to: v.optional(texts) })),
      pagerduty: v.optional(v.strictObject({ routing_key: v.optional(secret, '') })),
      webhook: v.optional(v.strictObject({ url: address(web), secret: v.optional(secret) })),
    }),
    {},
  ),
  /** Between two looks at the rules. */
  interval: v.optional(duration({ minMs: 1_000, maxMs: 3_600_000, said: '1s to 1h' }), '5s'),
  /** After which an alert that still fires is told again. */
  repeat: v.optional(duration({ minMs: 60_000, maxMs: 30 * 86_400_000, said: '1m to 30d' }), '4h'),
  /** How long a condition has to be over before its alert resolves. */
  keep_firing: v.optional(duration({ minMs: 0, ...day }), 0),
  /** Days that an anomaly rule needs to know before it can fire. */
  min_history_days: v.optional(integer(1, 14), 3),
  silences: v.optional(v.pipe(v.array(silence), v.maxLength(1_000)), []),
})

export type AlertingConfig = v.InferOutput<typeof alertingSchema>
