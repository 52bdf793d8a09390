import type { ModerationRequest } from '@proxyapi/core'
import type { Capability, CompileContext, Feature } from '../capability/capability.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import type { Moderate } from './built-in/moderation.ts'
import { compileGuardrail } from './compile-guardrails.ts'
import type { Guardrail } from './guardrail.ts'
import { createGuardrailFilter } from './guardrail-filter.ts'

/** Requests that the gateway makes for its guardrails, for as long as they are under way. */
type OwnRequests = WeakSet<object>

function createModerate({ gateway, observers }: CompileContext, own: OwnRequests): Moderate {
  return (request: ModerationRequest, { timeoutMs, signal }) => {
    own.add(request)
    return gateway.engine().moderate(request, {
      timeoutMs,
      signal,
      tags: ['guardrail'],
      // It costs like any other call, and has a receipt of its own.
      onSettled: (receipt) => observers.onReceipt(receipt, 'gateway'),
    })
  }
}

function compileAll(config: GatewayConfig, given: readonly Guardrail[], moderate: Moderate): readonly Guardrail[] {
  return [...config.guardrails.filter(({ enabled }) => enabled).map((one) => compileGuardrail(one, moderate)), ...given]
}

/** Judges texts of requests and answers. `given` are the embedder's own guardrails; they come after those of the configuration. Without any there is no filter. */
export function createGuardrailsCapability(given: readonly Guardrail[] = []): Capability<OwnRequests> {
  return {
    name: 'guardrails',
    open: () => new WeakSet(),
    compile: (config, own, context): Feature => {
      const guardrails = compileAll(config, given, createModerate(context, own))
      if (guardrails.length === 0) return {}
      return { filter: createGuardrailFilter(guardrails, own) }
    },
  }
}
