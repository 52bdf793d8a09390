import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { verifyAuditFile } from '../audit/verify.ts'
import { createInThreadRecorder } from '../recorder/create-in-thread-recorder.ts'
import { openConnection } from '../sqlite/connection.ts'
import { type Built, buildPrograms } from './__fixtures__/built.ts'

const secret = 'a secret of the server'
const kills = 20
/** Of the program. */
const pushEveryMs = 4
/** What may be missing: the last 50 ms, and on a busy machine twice what its timers were late. */
function graceOf(pushed: Said['pushed']): number {
  const gaps = pushed.slice(-200).map(({ atMs }, index, all) => atMs - (all[index - 1]?.atMs ?? atMs))
  return 50 + 2 * Math.max(0, ...gaps.map((gap) => gap - pushEveryMs))
}
let built: Built
beforeAll(() => {
  built = buildPrograms(['node/__fixtures__/record-until-killed.ts', 'node/recorder-worker.ts'])
}, 60_000)
afterAll(() => built.remove())

interface Said {
  readonly audited: readonly string[]
  readonly pushed: readonly { readonly id: string; readonly atMs: number }[]
  /** When the last was pushed: the process was killed after. */
  readonly lastMs: number
}

function toSaid(text: string): Said {
  const lines = text.split('\n').slice(0, -1)
  const pushed = lines.flatMap((line) => {
    const [kind, id = '', atMs] = line.split(' ')
    return kind === 'r' ? [{ id, atMs: Number(atMs) }] : []
  })
  const audited = lines.flatMap((line) => (line.startsWith('a ') ? [line.slice(2)] : []))
  return { audited, pushed, lastMs: Math.max(0, ...pushed.map(({ atMs }) => atMs)) }
}

/** Runs the program under load and kills it in the middle of it. */
async function recordUntilKilled(file: string, run: number): Promise<Said> {
  const args = [join(built.directory, '__fixtures__/record-until-killed.js'), file, secret, join(built.directory, 'recorder-worker.js')]
  const child = spawn(process.execPath, [...args, String(run)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  let text = ''
  const killWhen = 400 + run * 37
  for await (const part of child.stdout) {
    text += String(part)
    if (text.split('\nr ').length > killWhen) child.kill('SIGKILL')
  }
  await ended
  return toSaid(text)
}

async function readColumn(file: string, sql: string): Promise<ReadonlySet<string>> {
  const connection = await openConnection(file, { readOnly: true })
  const rows = await connection.all<{ value: string }>(sql)
  await connection.close()
  return new Set(rows.map(({ value }) => value))
}

it(`has after kill -9, ${kills} times over, every acknowledged audit event, all requests but the last 50 ms, and a whole chain`, async () => {
  const file = join(built.directory, 'records.db')
  let requests = 0
  for (let run = 0; run < kills; run++) {
    const { audited, pushed, lastMs } = await recordUntilKilled(file, run)
    expect(await verifyAuditFile(file, { secret })).toMatchObject({ ok: true })
    const objects = await readColumn(file, "SELECT object AS value FROM audit_records WHERE action = 'config.reload'")
    expect(audited.filter((object) => !objects.has(object))).toEqual([])
    const ids = await readColumn(file, 'SELECT id AS value FROM requests')
    const missing = pushed.filter(({ id, atMs }) => atMs < lastMs - graceOf(pushed) && !ids.has(id))
    expect(missing).toEqual([])
    requests = ids.size
  }
  const recorder = createInThreadRecorder({ file, secret })
  const rows = await recorder.analytics({ groupBy: 'day' })
  expect(rows.reduce((sum, row) => sum + row.requests, 0)).toBe(requests)
  expect(rows.reduce((sum, row) => sum + BigInt(row.costNanoUsd), 0n)).toBe(BigInt(requests) * 7n)
  await recorder.close()
}, 240_000)
