import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createVirtualDeps, turn } from '../__fixtures__/virtual-deps.ts'
import type { ConditionError } from '../condition/condition-error.ts'
import type { SignalName } from '../condition/signal-names.table.ts'
import { signalText } from '../condition/signals-of.ts'
import type { AlertChannel, AlertNotification, AlertRule } from './alert.ts'
import type { AlertingOptions } from './alerting.ts'
import { createAlerting } from './create-alerting.ts'

const minute = 60_000
const hour = 60 * minute

interface Recording extends AlertChannel {
  readonly got: AlertNotification[]
  readonly statuses: () => readonly string[]
}

/** Keeps what it is given, after it has failed as often as asked. */
function recording(failures: readonly unknown[] = []): Recording {
  const got: AlertNotification[] = []
  let tries = 0
  return {
    type: 'recording',
    got,
    statuses: () => got.map(({ status, isReminder }) => (isReminder ? 'reminder' : status)),
    send: (notification) => {
      if (tries < failures.length) return Promise.reject(failures[tries++])
      got.push(notification)
      return Promise.resolve()
    },
  }
}

const rule: AlertRule = {
  name: 'errors',
  condition: 'error_rate > 0.05 and requests > 20 for 2m',
  severity: 'critical',
  description: 'Look.',
}

function setUp(options: Partial<AlertingOptions> = {}, values: Record<string, number | undefined> = { error_rate: 0, requests: 100 }) {
  const deps = createVirtualDeps()
  const pager = recording()
  const read = (name: SignalName, selector: object) => values[signalText({ name, selector })]
  const alerting = createAlerting({ rules: [rule], channels: { pager }, signals: { read }, ...options }, deps)
  alerting.start()
  const state = () => alerting.states()[0]
  return { deps, pager, values, alerting, state }
}

describe('alerting', () => {
  it('fires when the condition has held as long as asked, and resolves when it is over, once each', async () => {
    const { deps, pager, values, state } = setUp()
    await deps.pass(minute)
    expect(state()).toMatchObject({ state: 'inactive', values: { error_rate: 0, requests: 100 } })
    values['error_rate'] = 0.5
    await deps.pass(minute)
    expect([state()?.state, pager.got.length]).toEqual(['pending', 0])
    await deps.pass(hour)
    expect([state()?.state, pager.statuses()]).toEqual(['firing', ['firing']])
    values['error_rate'] = 0
    await deps.pass(hour)
    expect([state()?.state, pager.statuses()]).toEqual(['inactive', ['firing', 'resolved']])
    expect(pager.got[0]).toMatchObject({
      rule: 'errors',
      severity: 'critical',
      description: 'Look.',
      condition: rule.condition,
      dedupKey: 'proxyapi/errors',
      values: { error_rate: 0.5, requests: 100 },
      isReminder: false,
    })
    expect((pager.got[0]?.startedAtMs ?? 0) - 1_800_000_000_000).toBe(3 * minute + 5_000)
    expect(pager.got[1]).toMatchObject({
      dedupKey: 'proxyapi/errors',
      startedAtMs: pager.got[0]?.startedAtMs,
      endedAtMs: pager.got[1]?.atMs,
    })
    expect(pager.got[1]?.id).not.toBe(pager.got[0]?.id)
  })

  it.each([
    ['a moment', 0.5, 0],
    ['a value that is not known', undefined, 0.5],
  ])('does not fire on %s', async (_what, first, later) => {
    const { deps, pager, values, state } = setUp()
    for (let round = 0; round < 10; round++) {
      values['error_rate'] = first
      await deps.pass(minute)
      values['error_rate'] = first === undefined ? undefined : later
      await deps.pass(10_000)
    }
    expect([state()?.state, pager.got.length]).toEqual(['inactive', 0])
  })

  it('reminds from time to time, and says that it is a reminder', async () => {
    const { deps, pager, values, alerting } = setUp({ repeatMs: 10 * minute })
    values['error_rate'] = 0.5
    await deps.pass(33 * minute)
    expect(pager.statuses()).toEqual(['firing', 'reminder', 'reminder', 'reminder'])
    expect(new Set(pager.got.map(({ id }) => id)).size).toBe(4)
    expect(alerting.history()).toHaveLength(1)
  })

  it('keeps firing through short pauses when asked', async () => {
    const { deps, pager, values } = setUp({ keepFiringMs: minute, rules: [{ ...rule, forMs: 0 }] })
    for (let round = 0; round < 5; round++) {
      values['error_rate'] = 0.5
      await deps.pass(30_000)
      values['error_rate'] = 0
      await deps.pass(30_000)
    }
    expect(pager.statuses()).toEqual(['firing'])
    await deps.pass(2 * minute)
    expect(pager.statuses()).toEqual(['firing', 'resolved'])
  })

  it('tells each channel that a rule names, or all when it names none', async () => {
    const [a, b, c] = [recording(), recording(), recording()]
    const rules = [
      { name: 'one', condition: 'requests > 1', channels: ['a', 'b', 'a'] },
      { name: 'two', condition: 'requests > 1', channels: [] },
      { name: 'three', condition: 'requests > 1000' },
    ]
    const { deps, alerting } = setUp({ rules, channels: { a, b, c } })
    await deps.pass(minute)
    expect([a, b, c].map(({ got }) => got.map((each) => each.rule))).toEqual([['one', 'two'], ['one', 'two'], ['two']])
    expect(alerting.states().map((each) => each.state)).toEqual(['firing', 'firing', 'inactive'])
  })
})

describe('a silence', () => {
  it('holds news back, and they are told when it ends', async () => {
    const { deps, pager, values, alerting, state } = setUp()
    const { id } = alerting.silence({ rule: 'errors', untilMs: deps.now() + hour, reason: 'moving' })
    expect(alerting.silence({ severity: 'info', untilMs: deps.now() + 2 * hour }).id).not.toBe(id)
    values['error_rate'] = 0.5
    await deps.pass(30 * minute)
    expect([pager.got.length, state()?.state, state()?.silencedUntilMs]).toEqual([0, 'firing', 1_800_000_000_000 + hour])
    expect(alerting.history().map(({ status, deliveries }) => [status, deliveries])).toEqual([['firing', {}]])
    await deps.pass(31 * minute)
    expect(pager.statuses()).toEqual(['firing'])
    expect(alerting.history()[0]?.deliveries).toMatchObject({ pager: { status: 'delivered' } })
    expect(alerting.silences()).toHaveLength(1)
  })

  it('lets alerts pass unseen that begin and end in it, but tells the end of what was told', async () => {
    const { deps, pager, values, alerting } = setUp()
    values['error_rate'] = 0.5
    await deps.pass(5 * minute)
    const { id } = alerting.silence({ untilMs: deps.now() + hour })
    for (const rate of [0, 0.5, 0]) {
      values['error_rate'] = rate
      await deps.pass(5 * minute)
    }
    expect(pager.statuses()).toEqual(['firing', 'resolved'])
    expect(alerting.history().map(({ status }) => status)).toEqual(['resolved', 'firing', 'resolved', 'firing'])
    expect([alerting.unsilence(id), alerting.unsilence(id), alerting.silences()]).toEqual([true, false, []])
  })

  it.each([[1_800_000_000_000], [Number.NaN]])('has to end in the future, not at %d', (untilMs) => {
    expect(() => setUp().alerting.silence({ untilMs })).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })
})

describe('a channel that fails', () => {
  const firing = { rules: [{ name: 'busy', condition: 'requests > 1' }] }

  it('is tried again, with growing pauses, until the notification arrives once', async () => {
    const broken = recording([new Error('one'), new Error('two'), 'three'])
    const { deps, alerting } = setUp({ ...firing, channels: { broken } })
    await turn()
    expect(broken.got).toHaveLength(0)
    await deps.pass(6_999)
    expect(broken.got).toHaveLength(0)
    await deps.pass(1)
    expect(broken.got).toHaveLength(1)
    await deps.pass(hour)
    expect(broken.got).toHaveLength(1)
    expect(alerting.history()[0]?.deliveries['broken']).toMatchObject({ status: 'delivered', attempts: 4 })
  })

  it('gets each transition exactly once and in order, however rules flap and channels fail', async () => {
    const failing = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 30 }), fc.record({ a: failing, b: failing }), async (course, failures) => {
        const got: Record<string, string[]> = { a: [], b: [] }
        /** Fails before each notification as often as its list says, round and round. */
        const flaky = (name: 'a' | 'b'): AlertChannel => {
          let left = failures[name][0] ?? 0
          let round = 0
          return {
            type: 'flaky',
            send: ({ id }) => {
              if (left-- > 0) return Promise.reject(new Error('not now'))
              got[name]?.push(id)
              left = failures[name][++round % failures[name].length] ?? 0
              return Promise.resolve()
            },
          }
        }
        const { deps, values, alerting } = setUp({ ...firing, channels: { a: flaky('a'), b: flaky('b') } }, { requests: 0 })
        for (const isBusy of course) {
          values['requests'] = isBusy ? 9 : 0
          await deps.pass(5_000)
        }
        await deps.pass(2 * hour)
        const history = [...alerting.history()].reverse()
        const ids = history.map(({ id }) => id)
        const changes = course
          .filter((isBusy, index) => isBusy !== (course[index - 1] ?? false))
          .map((isBusy) => (isBusy ? 'firing' : 'resolved'))
        expect(history.map(({ status }) => status)).toEqual(changes)
        expect(got).toEqual({ a: ids, b: ids })
      }),
      { numRuns: 40 },
    )
  }, 30_000)

  it('is given up after six tries, and the reason is told without secrets', async () => {
    const failure = new Error('no to sk-abcdefghijklmnopqrstuvwxyz0123456789')
    const broken = recording(Array.from({ length: 99 }, () => failure))
    const { deps, alerting } = setUp({ ...firing, channels: { broken } })
    await deps.pass(hour)
    expect(alerting.history()[0]?.deliveries['broken']).toMatchObject({ status: 'failed', attempts: 6, error: 'no to sk-abc***789' })
  })

  it('is not asked again when it says that this is of no use', async () => {
    const broken = recording([Object.assign(new Error('gone'), { retryable: false })])
    const { deps, alerting } = setUp({ ...firing, channels: { broken } })
    await deps.pass(hour)
    expect([broken.got.length, alerting.history()[0]?.deliveries['broken']?.attempts]).toEqual([0, 1])
  })

  it('is left in peace as long as it asks, within reason', async () => {
    const broken = recording([
      Object.assign(new Error('busy'), { retryAfterMs: minute }),
      Object.assign(new Error('busy'), { retryAfterMs: hour }),
    ])
    const { deps } = setUp({ ...firing, channels: { broken } })
    await turn()
    await deps.pass(6 * minute - 1)
    expect(broken.got).toHaveLength(0)
    await deps.pass(1)
    expect(broken.got).toHaveLength(1)
  })

  it('holds up no other, even if it never answers', async () => {
    const signals: AbortSignal[] = []
    const dead: AlertChannel = { type: 'dead', send: (_notification, signal) => new Promise(() => signals.push(signal)) }
    const angry: AlertChannel = {
      type: 'angry',
      send: () => {
        throw new Error('at once')
      },
    }
    const good = recording()
    const { deps, values, alerting } = setUp({ ...firing, channels: { dead, angry, good } })
    await turn()
    values['requests'] = 0
    await deps.pass(5_000)
    expect(good.statuses()).toEqual(['firing', 'resolved'])
    await deps.pass(hour)
    expect(signals).toHaveLength(12)
    expect(signals.every(({ aborted }) => aborted)).toBe(true)
    expect(alerting.history()[0]?.deliveries).toMatchObject({
      dead: { status: 'failed', error: 'no answer within 10000 ms' },
      good: { status: 'delivered' },
    })
  })

  it('keeps the order of beginning and end', async () => {
    const broken = recording([new Error('one'), new Error('two')])
    const { deps, values } = setUp({ ...firing, channels: { broken }, intervalMs: 100 })
    await deps.pass(100)
    values['requests'] = 0
    await deps.pass(minute)
    expect(broken.statuses()).toEqual(['firing', 'resolved'])
  })

  it('has a bounded number of notifications waiting', async () => {
    const dead: AlertChannel = { type: 'dead', send: () => new Promise(() => undefined) }
    const { deps, values, alerting } = setUp({ ...firing, channels: { dead }, intervalMs: 1, maxHistory: 300 })
    for (let round = 0; round < 250; round++) {
      values['requests'] = round % 2 === 0 ? 0 : 100
      await deps.pass(1)
    }
    const lost = alerting.history().filter(({ deliveries }) => deliveries['dead']?.error?.startsWith('more than 200') === true)
    expect(lost).toHaveLength(50)
  })
})

describe('an anomaly rule', () => {
  it.each([
    ['above', [false, true]],
    ['below', [true, false]],
    ['both', [true, true]],
  ] as const)('fires on what is unusual for this hour, %s', async (direction, expected) => {
    const rules = [{ name: 'odd', anomaly: { signal: 'requests', direction } }]
    const seen: boolean[] = []
    for (const unusual of [10, 5_000]) {
      const { deps, values, state } = setUp({ rules, intervalMs: 5 * minute }, { requests: 100 })
      for (let step = 0; step < 4 * 24 * 12; step++) {
        values['requests'] = 100 + (step % 5)
        await deps.pass(5 * minute)
        expect(state()?.state).toBe('inactive')
      }
      values['requests'] = unusual
      await deps.pass(5 * minute)
      seen.push(state()?.state === 'firing')
    }
    expect(seen).toEqual(expected)
  })
})

describe('what alerting is told wrong', () => {
  it.each([
    ['a condition', [{ name: 'x', condition: 'error_rate > 0.05 requests' }], 'rule "x": condition, position 19: found "requests"'],
    ['an anomaly', [{ name: 'x', anomaly: { signal: 'errror' } }], 'found "errror"'],
    ['both', [{ name: 'x', condition: 'requests > 1', anomaly: { signal: 'errors' } }], 'either a condition or an anomaly'],
    ['neither', [{ name: 'x' }], 'either a condition or an anomaly'],
    ['an unknown channel', [{ name: 'x', condition: 'requests > 1', channels: ['slak'] }], 'found channel "slak", expected one of pager'],
    ['a name twice', [rule, rule], 'a name of its own'],
  ])('is refused at the start: %s', (_what, rules, message) => {
    expect(() => setUp({ rules })).toThrow(expect.objectContaining({ code: 'invalid_config', message: expect.stringContaining(message) }))
  })

  it('keeps the position of what is wrong', () => {
    expect(() => setUp({ rules: [{ name: 'x', condition: 'requests >' }] })).toThrow(
      expect.objectContaining({ cause: expect.objectContaining<Partial<ConditionError>>({ position: 11, found: 'end of condition' }) }),
    )
  })
})

describe('alerting besides', () => {
  it('tests one channel or all, once, and tells what came of it', async () => {
    const [good, bad] = [recording(), recording([new Error('no password=hunter2hunter2')])]
    const { alerting, deps } = setUp({ channels: { good, bad } })
    const results = await alerting.test()
    expect(results).toEqual([
      { channel: 'good', ok: true },
      { channel: 'bad', ok: false, error: 'no password=***MASKED***' },
    ])
    await deps.pass(hour)
    expect([good.statuses(), bad.statuses()]).toEqual([['test'], []])
    expect(await alerting.test('bad')).toEqual([{ channel: 'bad', ok: true }])
    await expect(alerting.test('pagr')).rejects.toMatchObject({
      code: 'invalid_request',
      message: 'found channel "pagr", expected one of good, bad',
    })
  })

  it('masks what it sends', async () => {
    const { pager } = setUp({ rules: [{ name: 'x', condition: 'requests > 1', description: 'see https://ops:hunter2@wiki/x' }] })
    await turn()
    expect(pager.got[0]?.description).toBe('see https://***:***@wiki/x')
  })

  it('survives sources and listeners that throw, and says so', async () => {
    const rules = [rule, { name: 'busy', condition: 'tokens > 1' }]
    const read = (name: SignalName) => {
      if (name === 'tokens') return 5
      throw new Error('the source is away, token=abcdefgh1234')
    }
    const seen: string[] = []
    const onTransition = ({ status }: { readonly status: string }) => {
      seen.push(status)
      throw new Error('listener')
    }
    const { deps, pager, alerting, state } = setUp({ rules, signals: { read }, onTransition })
    await deps.pass(minute)
    expect(alerting.states().map((each) => each.state)).toEqual(['inactive', 'firing'])
    expect(state()?.error).toBe('Error: the source is away, token=***MASKED***')
    expect([seen, pager.statuses()]).toEqual([['firing'], ['firing']])
  })

  it('remembers a bounded number of transitions, newest first', async () => {
    const { deps, values, alerting } = setUp({ maxHistory: 3, rules: [{ name: 'busy', condition: 'requests > 1' }] })
    for (const requests of [0, 9, 0, 9, 0]) {
      values['requests'] = requests
      await deps.pass(5_000)
    }
    expect(alerting.history().map(({ status }) => status)).toEqual(['resolved', 'firing', 'resolved'])
  })

  it('goes on where it was, without telling twice', async () => {
    const first = setUp()
    first.values['error_rate'] = 0.5
    await first.deps.pass(10 * minute)
    first.alerting.silence({ rule: 'other', untilMs: first.deps.now() + hour })
    await first.alerting.close()
    const resume = structuredClone(first.alerting.snapshot())
    const second = setUp({ resume }, { error_rate: 0.5, requests: 100 })
    await second.deps.pass(minute)
    expect([second.state()?.state, second.pager.got.length, second.alerting.silences().length]).toEqual(['firing', 0, 1])
    second.values['error_rate'] = 0
    await second.deps.pass(minute)
    expect(second.pager.statuses()).toEqual(['resolved'])
    expect(second.alerting.history().map(({ status }) => status)).toEqual(['resolved', 'firing'])
  })

  it('starts nothing before it is told to, once, and leaves no timer behind', async () => {
    const deps = createVirtualDeps()
    const pager = recording([new Error('away')])
    const alerting = createAlerting(
      { rules: [{ name: 'x', condition: 'requests > 1' }], channels: { pager }, signals: { read: () => 5 } },
      deps,
    )
    await deps.pass(minute)
    expect(alerting.states()[0]?.evaluatedAtMs).toBeUndefined()
    alerting.start()
    alerting.start()
    await turn()
    const closing = alerting.close()
    await deps.pass(2_000)
    await closing
    alerting.start()
    await deps.pass(hour)
    expect([deps.timers(), pager.statuses()]).toEqual([[], ['firing']])
  })

  it('leaves at the end of its grace what is still on its way to whoever goes on', async () => {
    const dead: AlertChannel = { type: 'dead', send: () => new Promise(() => undefined) }
    const good = recording()
    const rules = [{ name: 'x', condition: 'requests > 1' }]
    const { deps, values, alerting } = setUp({ channels: { dead, good }, rules })
    values['requests'] = 0
    await deps.pass(5_000)
    const closing = alerting.close(1_000)
    await deps.pass(1_000)
    await closing
    await turn()
    expect(alerting.history()[0]?.deliveries).toMatchObject({ dead: { status: 'pending' }, good: { status: 'delivered' } })
    expect(deps.timers()).toEqual([])
    const resume = structuredClone(alerting.snapshot())
    const alive = recording()
    const second = setUp({ resume, channels: { dead: alive, good }, rules }, { requests: 0 })
    second.alerting.start()
    await second.deps.pass(minute)
    expect([alive.statuses(), good.statuses()]).toEqual([
      ['firing', 'resolved'],
      ['firing', 'resolved'],
    ])
    expect(second.alerting.history()[0]?.deliveries).toMatchObject({ dead: { status: 'delivered' } })
    expect(second.alerting.snapshot().undelivered).toEqual([])
  })
})
