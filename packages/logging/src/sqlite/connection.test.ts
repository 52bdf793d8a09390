import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openConnection } from './connection.ts'

it('interrupts a statement under way', async () => {
  const connection = await openConnection(':memory:')
  let error: unknown
  const query = connection
    .all('WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n')
    .catch((reason: unknown) => {
      error = reason
    })
  while (error === undefined) {
    connection.interrupt()
    await setImmediate()
  }
  await query
  expect(error).toMatchObject({ code: 'SQLITE_INTERRUPT' })
  await connection.close()
})
