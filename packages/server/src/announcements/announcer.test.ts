import { describe, expect, it } from 'vitest'
import { type AnnouncementChannel, type Announcer, createAnnouncer } from './announcer.ts'

/** A channel that all who are joined to it read, each its own texts too. */
function createRoom() {
  const readers: ((text: string) => void)[] = []
  const sent: string[] = []
  let closed = 0
  const send = (text: string): void => {
    sent.push(text)
    for (const read of readers) read(text)
  }
  const join = (): AnnouncementChannel => ({
    send,
    listen: (onText) => void readers.push(onText),
    close: async () => void closed++,
  })
  return { join, send, sent, closed: () => closed }
}

let nowMs = 0
let ids = 0
const deps = { monotonicNow: () => nowMs, newId: () => `process-${ids++}` }

function hear(announcer: Announcer): unknown[] {
  const heard: unknown[] = []
  for (const topic of ['configuration.reloaded', 'cache.removed', 'keys.changed'] as const)
    announcer.subscribe(topic, (payload) => heard.push([topic, payload]))
  return heard
}

describe('createAnnouncer', () => {
  it('tells all others, and not itself', () => {
    const room = createRoom()
    const [one, other, third] = [createAnnouncer(room.join(), deps), createAnnouncer(room.join(), deps), createAnnouncer(room.join(), deps)]
    const heard = [one, other, third].map(hear)
    one.publish('configuration.reloaded', { revision: 'r1' })
    other.publish('keys.changed', {})
    expect(heard).toEqual([
      [['keys.changed', {}]],
      [['configuration.reloaded', { revision: 'r1' }]],
      [
        ['configuration.reloaded', { revision: 'r1' }],
        ['keys.changed', {}],
      ],
    ])
  })

  it('tells nobody without a channel', async () => {
    const alone = createAnnouncer()
    const heard = hear(alone)
    alone.publish('keys.changed', {})
    await alone.close()
    expect(heard).toEqual([])
  })

  it.each([
    ['no JSON', 'hello'],
    ['no object', '17'],
    ['an unknown topic', '{"topic":"gateway.stop","from":"x","payload":{}}'],
    ['a topic of Object.prototype', '{"topic":"constructor","from":"x","payload":{}}'],
    ['no sender', '{"topic":"keys.changed","payload":{}}'],
    ['no payload', '{"topic":"configuration.reloaded","from":"x"}'],
    ['a wrong type', '{"topic":"configuration.reloaded","from":"x","payload":{"revision":7}}'],
    ['too much', `{"topic":"keys.changed","from":"x","payload":{},"more":"${'x'.repeat(2_000)}"}`],
  ])('leaves out what is no announcement: %s', (_what, text) => {
    const room = createRoom()
    const heard = hear(createAnnouncer(room.join(), deps))
    room.send(text)
    expect(heard).toEqual([])
  })

  it('takes an announcement of a later version without what it does not know', () => {
    const room = createRoom()
    const heard = hear(createAnnouncer(room.join(), deps))
    room.send('{"topic":"cache.removed","from":"x","payload":{"tag":"a","region":"eu"},"version":2}')
    expect(heard).toEqual([['cache.removed', { tag: 'a' }]])
  })

  it('sends nothing that others would not read', () => {
    const room = createRoom()
    createAnnouncer(room.join(), deps).publish('cache.removed', { tag: 'x'.repeat(3_000) })
    expect(room.sent).toEqual([])
  })

  it('reads no more than 500 in a second', () => {
    const room = createRoom()
    nowMs = 10_000
    const heard = hear(createAnnouncer(room.join(), deps))
    for (let count = 0; count < 600; count++) room.send('{"topic":"keys.changed","from":"x","payload":{}}')
    expect(heard.length).toBe(500)
    nowMs = 11_000
    room.send('{"topic":"keys.changed","from":"x","payload":{}}')
    expect(heard.length).toBe(501)
  })

  it('ends a subscription, and at its close all of them and the channel', async () => {
    const room = createRoom()
    const announcer = createAnnouncer(room.join(), deps)
    const heard: string[] = []
    const end = announcer.subscribe('keys.changed', () => heard.push('ended'))
    announcer.subscribe('keys.changed', () => heard.push('kept'))
    end()
    room.send('{"topic":"keys.changed","from":"x","payload":{}}')
    await announcer.close()
    room.send('{"topic":"keys.changed","from":"x","payload":{}}')
    expect([heard, room.closed()]).toEqual([['kept'], 1])
  })
})
