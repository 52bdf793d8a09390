import type { Capability, Feature } from '../capability/capability.ts'
import { configurationRoutes } from './configuration-routes.ts'

/** Reads the configuration anew while the gateway runs, and tells what it is. */
export const configurationCapability: Capability<Feature> = {
  name: 'configuration',
  open: ({ gateway }) => ({
    routes: configurationRoutes(gateway.configuration),
    degradedBy: () =>
      gateway.configuration().figures().isLatestGood ? [] : ['configuration: the latest one is not valid, and the one before is at work'],
    readGauges: () => {
      const { succeeded, failed, loadedAtMs, isLatestGood } = gateway.configuration().figures()
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
