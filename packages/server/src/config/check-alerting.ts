import { isConditionError, parseCondition, signalsOf } from '@proxyapi/logging'
import type { ConfigIssue } from '../errors/config-issue.ts'
import { type AlertingConfig, alertChannelNames } from './alerting-schema.ts'

type Rule = AlertingConfig['rules'][number]
type Path = readonly (string | number)[]

/** A condition's text as it was written, and how much of what is parsed stands before it. */
interface Written {
  readonly text: string
  readonly path: Path
  readonly before: number
}

function writtenIn(rule: Rule, path: Path): Written | undefined {
  if (rule.condition !== undefined) return { text: rule.condition, path: [...path, 'condition'], before: 0 }
  if (rule.anomaly === undefined) return undefined
  const opening = 'anomaly('
  return { text: `${opening}${rule.anomaly.signal}) > 1`, path: [...path, 'anomaly', 'signal'], before: opening.length }
}

function checkProviders({ text, path }: Written, providers: readonly string[]): readonly ConfigIssue[] {
  const named = signalsOf(parseCondition(text)).flatMap(({ selector }) => selector.provider ?? [])
  return named
    .filter((name) => !providers.includes(name))
    .map((name) => ({
      path,
      message: 'asks for a provider that is not configured',
      found: JSON.stringify(name),
      allowed: providers.join(', '),
    }))
}

function checkCondition(written: Written, providers: readonly string[]): readonly ConfigIssue[] {
  try {
    return checkProviders(written, providers)
  } catch (error) {
    if (!isConditionError(error)) throw error
    const position = Math.max(1, error.position - written.before)
    return [
      {
        path: written.path,
        message: `can't be read at position ${position}`,
        found: error.found,
        allowed: error.allowed.join(', '),
      },
    ]
  }
}

function checkChannels(rule: Rule, path: Path): readonly ConfigIssue[] {
  const known: readonly string[] = alertChannelNames
  return rule.channels.flatMap((channel, index) =>
    known.includes(channel)
      ? []
      : [
          {
            path: [...path, 'channels', index],
            message: 'names no channel',
            found: JSON.stringify(channel.slice(0, 60)),
            allowed: known.join(', '),
          },
        ],
  )
}

function checkRule(rule: Rule, index: number, { alerting, providers }: AlertingContext): readonly ConfigIssue[] {
  const path = ['alerting', 'rules', index]
  const both = rule.condition !== undefined && rule.anomaly !== undefined
  const written = writtenIn(rule, path)
  const first = alerting.rules.findIndex(({ name }) => name === rule.name)
  return [
    ...(first === index
      ? []
      : [{ path: [...path, 'name'], message: 'is there twice', found: JSON.stringify(rule.name), allowed: 'a name of its own' }]),
    ...(both ? [{ path, message: 'has both', found: 'condition and anomaly', allowed: 'exactly one of condition and anomaly' }] : []),
    ...(written === undefined
      ? [{ path: [...path, 'condition'], message: 'is missing', found: 'nothing', allowed: 'a condition, or anomaly beside the name' }]
      : checkCondition(written, providers)),
    ...checkChannels(rule, path),
  ]
}

function checkSilences({ rules, silences }: AlertingConfig): readonly ConfigIssue[] {
  return silences.flatMap(({ rule }, index) =>
    rule === undefined || rules.some(({ name }) => name === rule)
      ? []
      : [
          {
            path: ['alerting', 'silences', index, 'rule'],
            message: 'names no rule',
            found: JSON.stringify(rule.slice(0, 60)),
            allowed: rules.map(({ name }) => name).join(', ') || 'none, since there are no rules',
          },
        ],
  )
}

function checkEmail({ channels: { email } }: AlertingConfig): readonly ConfigIssue[] {
  if (email === undefined || email.smtp_url === '' || (email.to ?? []).length > 0) return []
  return [{ path: ['alerting', 'channels', 'email', 'to'], message: 'is missing', found: 'nobody', allowed: 'at least one address' }]
}

interface AlertingContext {
  readonly alerting: AlertingConfig
  /** Names of providers that conditions may choose by. */
  readonly providers: readonly string[]
}

/** Conditions that can't be read, names that lead nowhere, recipients that are missing. */
export function checkAlerting(context: AlertingContext): readonly ConfigIssue[] {
  const { alerting } = context
  return [...alerting.rules.flatMap((rule, index) => checkRule(rule, index, context)), ...checkSilences(alerting), ...checkEmail(alerting)]
}
