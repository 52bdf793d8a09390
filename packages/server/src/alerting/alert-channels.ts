import type { AlertChannel } from '@proxyapi/logging'
import { ChannelError } from '@proxyapi/logging/node'
import { type AlertingConfig, alertChannelNames } from '../config/alerting-schema.ts'
import { type AlertChannelDeps, type AlertChannelName, addressField, type CreateAlertChannel, toChannelSettings } from './alert-channel.ts'

/** Replaces a channel that a rule names and that has no address: the history then shows a failed delivery. */
function createMissingChannel(name: AlertChannelName): AlertChannel {
  return {
    type: name,
    send: async () => {
      throw new ChannelError({ message: `The channel is not set up: ${addressField(name)} is empty`, retryable: false })
    },
  }
}

function isNamed({ rules }: AlertingConfig, name: AlertChannelName): boolean {
  return rules.some(({ channels }) => channels.includes(name))
}

/** The channels that a rule names and that have no address. */
export function missingChannels(config: AlertingConfig): readonly AlertChannelName[] {
  return alertChannelNames.filter((name) => isNamed(config, name) && toChannelSettings(config, name) === undefined)
}

/** The channels that are set up, by name. */
export function activeChannels(config: AlertingConfig): readonly AlertChannelName[] {
  return alertChannelNames.filter((name) => toChannelSettings(config, name) !== undefined)
}

/**
 * Creates every channel that is set up or that a rule names.
 *
 * @throws AlertingError `invalid_config` for invalid settings
 */
export function createAlertChannels(
  config: AlertingConfig,
  create: CreateAlertChannel,
  deps: AlertChannelDeps,
): Readonly<Record<string, AlertChannel>> {
  const made = alertChannelNames.flatMap((name): readonly (readonly [string, AlertChannel])[] => {
    const settings = toChannelSettings(config, name)
    if (settings !== undefined) return [[name, create(settings, deps)]]
    return isNamed(config, name) ? [[name, createMissingChannel(name)]] : []
  })
  return Object.fromEntries(made)
}
