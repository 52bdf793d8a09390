import type { Logger } from '@proxyapi/logging'
import type { GatewayConfig, GatewayDeps } from '@proxyapi/server'
import { createRedisLimits } from '@proxyapi/server/node'
import { ledgerName } from './ledger-name.ts'

type LimitsDeps = NonNullable<GatewayDeps['limits']>

/** Where limits and budgets are counted, and who hears of them: over Redis where there is one, else in this process. */
export async function openLimits(config: GatewayConfig, folder: string, logger: Logger): Promise<LimitsDeps> {
  const { store_failure: onFailure, instances } = config.limits
  const onChange = (isReachable: boolean): void => {
    if (isReachable) logger.info('Limits are counted over Redis', {})
    else logger.warning('Redis can’t be reached, limits hold as limits.store_failure says', { store_failure: onFailure })
  }
  const { url } = config.redis
  // Issued keys may have limits though the file has none.
  const shared = url === '' ? undefined : await createRedisLimits({ url, onFailure, instances, ledger: ledgerName(folder), onChange })
  return {
    // A ledger in a database that instances share can't tell what one of them has spent: each would add what all have.
    shared: shared !== undefined && config.database.url !== '' ? { ...shared, loadFrom: undefined } : shared,
    onBudgetShare: ({ scope, name, window, share, spentNanoUsd, limitNanoUsd, resetsAtMs }) =>
      logger.warning(`A budget has reached ${Math.round(share * 100)} %`, {
        budget_of: scope,
        ...(name !== '' && { name }),
        window,
        spent_nano_usd: spentNanoUsd,
        limit_nano_usd: limitNanoUsd,
        resets_at: resetsAtMs === undefined ? null : new Date(resetsAtMs).toISOString(),
      }),
  }
}
