import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createStoreWorld, type StoreWorld } from './__fixtures__/store-world.ts'
import { openConnection } from './connection.ts'
import { createDatabase, type Database } from './database.ts'
import { insertRows } from './insert-rows.ts'

let world: StoreWorld
let open: Database[]
beforeEach(async () => {
  world = await createStoreWorld()
  open = []
})
afterEach(async () => {
  for (const database of open) await database.close()
  await world.remove()
})

function databaseAt(file: string, onQuarantine?: (path: string) => void): Database {
  const schema = 'CREATE TABLE IF NOT EXISTS numbers (value INTEGER)'
  const database = createDatabase({ store: 'test', file: join(world.directory, file), schema, now: world.deps.now, onQuarantine })
  open.push(database)
  return database
}

const add = (database: Database, value: number): Promise<number> =>
  database.transaction((connection) => connection.run('INSERT INTO numbers VALUES (?)', [value]))

describe('a database', () => {
  it('makes its directory, and journals ahead', async () => {
    const database = databaseAt('a/b/test.db')
    expect(await add(database, 1)).toBe(1)
    expect(await database.all('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }])
  })

  it('opens a new file that another one opens at the same moment', async () => {
    for (let round = 0; round < 100; round++) {
      const both = [1, 2].map(() => databaseAt(`new-${round}.db`))
      expect(await Promise.all(both.map((database, index) => add(database, index)))).toEqual([1, 1])
      for (const database of both) await database.close()
    }
  })

  it.runIf(process.platform !== 'win32')('is for its owner alone, journal included', async () => {
    await add(databaseAt('private/test.db'), 1)
    const modeOf = async (path: string): Promise<number> => (await stat(join(world.directory, 'private', path))).mode & 0o077
    expect([await modeOf('.'), await modeOf('test.db'), await modeOf('test.db-wal')]).toEqual([0, 0, 0])
  })

  it('takes back all of a transaction that fails, and goes on', async () => {
    const database = databaseAt('test.db')
    await add(database, 1)
    const failing = database.transaction(async (connection) => {
      await connection.run('INSERT INTO numbers VALUES (2)')
      await connection.run('INSERT INTO nothing VALUES (3)')
    })
    await expect(failing).rejects.toMatchObject({ brand: '@proxyapi/error', code: 'storage_unavailable', reason: 'SQLITE_ERROR' })
    await add(database, 4)
    expect(await database.all('SELECT value FROM numbers')).toEqual([{ value: 1 }, { value: 4 }])
  })

  it('keeps transactions of several tasks apart', async () => {
    const database = databaseAt('test.db')
    const bump = database.transaction.bind(undefined, async (connection) => {
      const [row] = await connection.all<{ count: number }>('SELECT count(*) AS count FROM numbers')
      await connection.run('INSERT INTO numbers VALUES (?)', [row?.count ?? -1])
    })
    await Promise.all(Array.from({ length: 20 }, bump))
    expect(await database.all('SELECT count(DISTINCT value) AS distinctValues FROM numbers')).toEqual([{ distinctValues: 20 }])
  })

  it('sets a damaged file aside and begins anew', async () => {
    await writeFile(join(world.directory, 'test.db'), 'this is no database, whatever its name says'.repeat(100))
    const aside: string[] = []
    const database = databaseAt('test.db', (path) => aside.push(path))
    await add(database, 1)
    expect(await database.all('SELECT value FROM numbers')).toEqual([{ value: 1 }])
    expect(aside).toEqual([join(world.directory, `test.db.corrupt-${world.deps.now()}`)])
    expect(await readdir(world.directory)).toContain(`test.db.corrupt-${world.deps.now()}`)
  })

  it('notices damage while it is open', async () => {
    const database = databaseAt('test.db')
    await add(database, 1)
    // What SQLite says of a damaged page; which pages it reads again from the file is its own affair.
    const damage = Object.assign(new Error('database disk image is malformed'), { code: 'SQLITE_CORRUPT' })
    await expect(database.transaction(() => Promise.reject(damage))).rejects.toMatchObject({ reason: 'SQLITE_CORRUPT', retryable: true })
    await add(database, 4)
    expect(await database.all('SELECT value FROM numbers')).toEqual([{ value: 4 }])
  })

  it('says that the disk is full, and writes when it no longer is', async () => {
    const database = databaseAt('test.db')
    const limit = (pages: number): Promise<void> =>
      database.transaction((connection) => connection.exec(`PRAGMA max_page_count = ${pages}`))
    const fill = (): Promise<number> =>
      database.transaction((connection) => connection.run('INSERT INTO numbers VALUES (zeroblob(100000))'))
    await add(database, 1)
    await limit(4)
    await expect(fill()).rejects.toMatchObject({ reason: 'SQLITE_FULL', retryable: true })
    await limit(1000)
    expect(await fill()).toBe(1)
    expect(await database.all('SELECT count(*) AS count FROM numbers')).toEqual([{ count: 2 }])
  })

  it('says that its file is out of reach, without its path, and opens it as soon as it can', async () => {
    await writeFile(join(world.directory, 'taken'), '')
    const blocked = databaseAt('taken/test.db')
    await expect(add(blocked, 1)).rejects.toThrow(/^The test store can't be used: its file or its directory is not accessible$/)
    await mkdir(join(world.directory, 'test.db'))
    await expect(add(databaseAt('test.db'), 1)).rejects.toMatchObject({ reason: 'SQLITE_CANTOPEN', retryable: true })
  })
})

describe('inserting rows', () => {
  it.each([0, 1, 2, 7, 127, 128, 129, 1000])('inserts %i', async (count) => {
    const database = databaseAt('test.db')
    const rows = Array.from({ length: count }, (_, index) => [index])
    const returned = await database.transaction((connection) =>
      insertRows<{ value: number }>(connection, { table: 'numbers', columns: ['value'], ending: 'RETURNING value' }, rows),
    )
    expect(returned.map((row) => [row.value])).toEqual(rows)
  })
})

describe('a connection', () => {
  it('keeps working beyond the number of statements that it keeps prepared', async () => {
    const connection = await openConnection(join(world.directory, 'test.db'))
    for (let index = 0; index < 250; index++) expect(await connection.all(`SELECT ${index} AS value`)).toEqual([{ value: index }])
    await connection.close()
  })
})
