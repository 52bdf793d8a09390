import type { JsonObject } from '../../../wire/json.ts'
import { fixtures } from './read-fixture.ts'

/** One recorded exchange of an operation without a stream. */
export interface ExchangeFixture {
  readonly request: JsonObject
  readonly status: number
  readonly response: JsonObject
}

/** A reader of the recorded exchanges that lie in `__fixtures__` beside the test. */
export function exchangeFixtures(testUrl: string): (name: string) => ExchangeFixture {
  const { json } = fixtures(testUrl)
  // The files hold these three fields, as their README says.
  return (name) => json(`${name}.json`) as ExchangeFixture
}
