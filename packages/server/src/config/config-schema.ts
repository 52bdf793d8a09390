import * as v from 'valibot'
import { operationsSchemas } from './operations-schema.ts'
import { providerSchema, routingSchema, virtualModelSchema } from './provider-schema.ts'

/** The schema of the whole configuration file. An unknown key is an error. */
export const configSchema = v.strictObject({
  ...operationsSchemas,
  providers: v.optional(v.array(providerSchema), []),
  models: v.optional(v.array(virtualModelSchema), []),
  routing: v.optional(routingSchema, {}),
})

/** A valid configuration with every default filled in, in the spelling of the file. */
export type GatewayConfig = v.InferOutput<typeof configSchema>
