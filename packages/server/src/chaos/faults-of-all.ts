import type { Deps } from '@proxyapi/core'
import type { FaultInjector } from '@proxyapi/core/chaos'
import type { CallRecord } from '@proxyapi/logging'
import type { Feature } from '../capability/capability.ts'
import type { Workers } from '../capability/workers.ts'

type Plan = Parameters<FaultInjector['enable']>[0]

/** As much of a plan as crosses between processes: each worker draws by chances of its own. */
interface SentPlan extends Pick<Plan, 'experimentId' | 'faults' | 'radius'> {
  readonly id: string
}

const enableQuestion = 'chaos.enable'
const revokeQuestion = 'chaos.revoke'
const revokeConfiguredQuestion = 'chaos.revoke-configured'

/** What a worker does with faults for its primary. */
export function faultAnswers(
  injector: FaultInjector,
  configured: { readonly revoke: () => number },
  { random }: Pick<Deps, 'random'>,
): NonNullable<Feature['answers']> {
  const revokes = new Map<string, () => void>()
  return {
    [enableQuestion]: (sent) => {
      const { id, ...plan } = sent as SentPlan // the primary is the same program
      // The primary counts what records say of injections.
      revokes.set(id, injector.enable({ ...plan, random, onInjected: () => undefined }))
    },
    [revokeQuestion]: (id) => {
      revokes.get(String(id))?.()
      revokes.delete(String(id))
    },
    [revokeConfiguredQuestion]: () => configured.revoke(),
  }
}

/** Revokes the faults of the configuration in all workers. */
export async function revokeConfiguredIn(workers: Workers | undefined): Promise<void> {
  await workers?.ask(revokeConfiguredQuestion)
}

export interface FaultsOfAll extends FaultInjector {
  /** Counts what a worker has injected, as the record of its call says. */
  readonly onWorkerCall: (call: CallRecord) => void
}

/** Injects the same faults in this process and its workers. A worker that is started meanwhile has none. */
export function faultsOfAll(injector: FaultInjector, workers: Workers, { newId }: Pick<Deps, 'newId'>): FaultsOfAll {
  const plans = new Set<Plan>()
  const count = (type: string): void => {
    for (const plan of [...plans].reverse()) {
      const fault = plan.faults.find((one) => one.type === type)
      if (fault === undefined) continue
      plan.onInjected(fault)
      return
    }
  }
  return {
    targetFilter: injector.targetFilter,
    enable: (plan) => {
      const id = newId()
      const { experimentId, faults, radius } = plan
      const revoke = injector.enable(plan)
      plans.add(plan)
      const sent: SentPlan = { id, experimentId, faults, radius }
      void workers.ask(enableQuestion, sent)
      return () => {
        revoke()
        plans.delete(plan)
        void workers.ask(revokeQuestion, id)
      }
    },
    onWorkerCall: ({ attempts }) => {
      for (const { faults = [] } of attempts) for (const type of faults) count(type)
    },
  }
}
