import type { Operation, TargetHandler } from '../call/operation.ts'
import type { AnyAnswer } from '../chat/answer.ts'
import type { ModelCatalog } from './model-catalog.ts'
import type { Target } from './target.ts'

/** What a target filter is put around. */
export interface TargetFilterContext<Request, Answer extends AnyAnswer> {
  readonly target: Target
  readonly operation: Operation<Request, Answer>
  /** What is known of models and their prices. */
  readonly catalog: ModelCatalog
}

/** Wraps every attempt at a target, whatever the operation: budgets and fault injection belong here. */
export type TargetFilter = <Request, Answer extends AnyAnswer>(
  next: TargetHandler<Request, Answer>,
  context: TargetFilterContext<Request, Answer>,
) => TargetHandler<Request, Answer>
