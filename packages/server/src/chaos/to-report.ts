import { toIso } from '../http/to-iso.ts'
import type { ClientOutcomes, ExperimentPlan, ExperimentReport } from './experiment.ts'
import { fromFault } from './to-fault.ts'

function toClients(clients: ClientOutcomes): object {
  const { requests, succeeded, failed, affected, recovered, abandoned, errors } = clients
  return {
    requests,
    succeeded,
    failed,
    struck: affected,
    survived: recovered,
    abandoned,
    errors,
    success_rate: clients.successRate ?? null,
    p50_ms: clients.p50Ms ?? null,
    p95_ms: clients.p95Ms ?? null,
    p99_ms: clients.p99Ms ?? null,
  }
}

function toRadius({ targets, keys, share }: ExperimentPlan['radius']): object {
  return { targets: targets ?? null, keys: keys ?? null, share: share ?? 1 }
}

/** Translates a report to the body that is answered and logged. */
export function toReport(report: ExperimentReport): Readonly<Record<string, unknown>> {
  const { id, plan, status, startedAtMs, endedAtMs, injected, clients, steadyState, recoveryMs, verdict, reasons } = report
  return {
    experiment_id: id,
    experiment_name: plan.name,
    status,
    verdict: verdict ?? null,
    reasons,
    seed: plan.seed,
    started_at: toIso(startedAtMs),
    ended_at: toIso(endedAtMs),
    duration_minutes: plan.durationMs / 60_000,
    ends_at: status === 'running' ? toIso(startedAtMs + plan.durationMs) : null,
    faults: plan.faults.map(fromFault),
    blast_radius: toRadius(plan.radius),
    faults_injected: { total: Object.values(injected).reduce((sum, count) => sum + count, 0), by_type: injected },
    clients: toClients(clients),
    steady_state: steadyState.map(({ condition, heldBefore, held }) => ({
      condition,
      held_before: heldBefore ?? null,
      held_during: held ?? null,
    })),
    abort_when: plan.abortWhen,
    recovery_time_ms: recoveryMs ?? null,
  }
}
