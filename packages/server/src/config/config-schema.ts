import * as v from 'valibot'
import { text } from './fields.ts'
import { operationsSchemas } from './operations-schema.ts'
import { createProviderSchema, modelOverrideSchema, routingSchema, virtualModelSchema } from './provider-schema.ts'

/** The schema of the whole configuration file, whose providers have one of the given types. An unknown key is an error. */
export function createConfigSchema(types: readonly string[]) {
  return v.strictObject({
    /** For editors; the gateway does not read it. */
    $schema: v.optional(text),
    ...operationsSchemas,
    providers: v.optional(v.array(createProviderSchema(types)), []),
    models: v.optional(v.array(virtualModelSchema), []),
    /** Facts and prices of models, of a file beside this one too. */
    model_overrides: v.optional(v.array(modelOverrideSchema), []),
    model_overrides_file: v.optional(v.string(), ''),
    routing: v.optional(routingSchema, {}),
  })
}

/** A valid configuration with every default filled in, in the spelling of the file. */
export type GatewayConfig = v.InferOutput<ReturnType<typeof createConfigSchema>>
