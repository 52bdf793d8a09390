import type { Capability, CurrentGateway, Feature } from '../capability/capability.ts'
import type { ConfigurationControl } from '../capability/configuration-control.ts'
import { configurationRoutes } from './configuration-routes.ts'

function controlOf({ configuration }: CurrentGateway): ConfigurationControl {
  const control = configuration()
  if (control === undefined) throw new Error('The gateway was asked before it was whole.')
  return control
}

/** Reads the configuration anew while the gateway runs, and tells what it is. */
export const configurationCapability: Capability<Feature> = {
  name: 'configuration',
  open: ({ gateway }) => ({
    routes: configurationRoutes(() => controlOf(gateway)),
    degradedBy: () =>
      gateway.configuration()?.figures().isLatestGood === false
        ? ['configuration: the latest one is not valid, and the one before is at work']
        : [],
    readGauges: () => {
      const { succeeded, failed, loadedAtMs, isLatestGood } = controlOf(gateway).figures()
      return [
        { name: 'config_reloads_total', labels: { result: 'success' }, value: succeeded },
        { name: 'config_reloads_total', labels: { result: 'failure' }, value: failed },
        { name: 'config_last_reload_successful', value: isLatestGood ? 1 : 0 },
        { name: 'config_last_reload_success_timestamp_seconds', value: loadedAtMs / 1000 },
      ]
    },
  }),
  compile: (_config, feature) => feature,
}
