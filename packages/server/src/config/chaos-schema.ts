import { faultTypes } from '@proxyapi/core/chaos'
import * as v from 'valibot'
import { flag, integer, number, text } from './fields.ts'

/** The longest that a fault may hold an attempt up; its own limits end it earlier. */
const maxDurationMs = 600_000
/** So many kinds of fault at once are no experiment any more. */
export const maxFaults = 50

/** A fault as the configuration and `POST /api/chaos/start` write it. */
export const faultSchema = v.strictObject({
  type: v.picklist(faultTypes),
  target: v.optional(text),
  severity: v.optional(v.picklist(['low', 'medium', 'high', 'critical']), 'medium'),
  probability: v.optional(number(0, 1), 1),
  duration_ms: v.optional(integer(0, maxDurationMs)),
  error_code: v.optional(integer(400, 599)),
  after_tokens: v.optional(integer(0, 1_000_000)),
})

/** Off unless asked for. The faults of the configuration are in from the start. */
export const chaosSchema = v.strictObject({
  enabled: v.optional(flag, false),
  faults: v.optional(v.pipe(v.array(faultSchema), v.maxLength(maxFaults)), []),
})

export type FaultConfig = v.InferOutput<typeof faultSchema>
export type ChaosConfig = v.InferOutput<typeof chaosSchema>
