import type { AlertNotification } from '../engine/alert.ts'

const words = { firing: 'FIRING', resolved: 'RESOLVED', test: 'TEST' } as const

/** One line: `[FIRING] high_error_rate (critical)`. */
export function toSubject({ status, isReminder, rule, severity }: AlertNotification): string {
  return `[${words[status]}] ${rule} (${severity})${isReminder ? ', still' : ''}`.replace(/\s+/g, ' ')
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  if (seconds < 120) return `${seconds} s`
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`
}

function number(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)))
}

/** What there is to know, a label and a text each. */
export function toFacts(notification: AlertNotification): readonly (readonly [label: string, text: string])[] {
  const { description, condition, values, startedAtMs, endedAtMs, source } = notification
  const measured = Object.entries(values).map(([signal, value]) => `${signal} = ${number(value)}`)
  return [
    ...(description === undefined ? [] : [['Description', description] as const]),
    ['Condition', condition],
    ...(measured.length === 0 ? [] : [['Values', measured.join(', ')] as const]),
    ['Began', new Date(startedAtMs).toISOString()],
    ...(endedAtMs === undefined
      ? []
      : [['Ended', `${new Date(endedAtMs).toISOString()}, after ${duration(endedAtMs - startedAtMs)}`] as const]),
    ['Source', source],
  ]
}
