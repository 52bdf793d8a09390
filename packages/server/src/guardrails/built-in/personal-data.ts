import type { Guardrail } from '../guardrail.ts'
import { findPersonalData, holdPersonalData, type PersonalDataKind } from '../personal-data/find-personal-data.ts'
import { type CommonOptions, createSpanGuardrail, type GuardrailAction } from './span-guardrail.ts'

export interface PersonalDataOptions extends CommonOptions {
  readonly action: GuardrailAction
  readonly entities: readonly PersonalDataKind[]
  readonly restore: boolean
}

/** Personal data that has a form: addresses, numbers, documents. */
export function personalData({ entities, ...options }: PersonalDataOptions): Guardrail {
  const kinds = new Set(entities)
  return createSpanGuardrail({
    ...options,
    find: ({ text, before }) => findPersonalData(text, kinds, before),
    holdFrom: holdPersonalData,
  })
}
