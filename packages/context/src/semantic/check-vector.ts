import { ContextError } from '../errors/context-error.ts'

/** @throws `invalid_request` when no cosine can be computed, or the vector has not `dimensions` numbers (any count where `undefined`). */
export function checkVector(vector: ArrayLike<number>, dimensions: number | undefined): void {
  if (vector.length === 0 || vector.length !== (dimensions ?? vector.length)) {
    throw new ContextError('invalid_request', `vector has ${vector.length} dimensions; allowed are ${dimensions ?? 'one or more'}`)
  }
  let squares = 0
  for (let index = 0; index < vector.length; index++) squares += (vector[index] ?? 0) ** 2
  if (!(squares > 0 && Number.isFinite(squares))) {
    throw new ContextError('invalid_request', `vector has the length ${Math.sqrt(squares)}; allowed is a positive, finite one`)
  }
}
