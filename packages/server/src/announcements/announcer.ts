import { type Deps, systemDeps } from '@proxyapi/core'
import { type AnnouncementPayload, type AnnouncementTopic, maxAnnouncementLength, parseAnnouncement } from './announcement.ts'

type Listener<Topic extends AnnouncementTopic> = (payload: AnnouncementPayload<Topic>) => void
type Listeners = { readonly [Topic in AnnouncementTopic]: Set<Listener<Topic>> }

/**
 * Tells the other processes of a gateway what has happened here, and this one what has happened there. An announcement may be lost, come late
 * or come twice: it only hastens what a store says anyway, or is declared to be worth no more than a try.
 */
export interface Announcer {
  /** Tells all others; this process isn't told its own. Never fails and waits for nothing. */
  readonly publish: <Topic extends AnnouncementTopic>(topic: Topic, payload: AnnouncementPayload<Topic>) => void
  /** Calls back for each announcement of a topic. Returns a function that ends that. */
  readonly subscribe: <Topic extends AnnouncementTopic>(topic: Topic, listener: Listener<Topic>) => () => void
  readonly close: () => Promise<void>
}

/** Carries texts between processes. What it loses is lost; it may hand a process its own texts back. */
export interface AnnouncementChannel {
  /** Never fails and waits for nothing. */
  readonly send: (text: string) => void
  /** Called once. */
  readonly listen: (onText: (text: string) => void) => void
  readonly close: () => Promise<void>
}

/** More than these in one second are dropped: a channel that others can write to must not keep this process busy. */
const maxPerSecond = 500

function createRateGate(now: () => number): () => boolean {
  let second = 0
  let count = 0
  return () => {
    const present = Math.floor(now() / 1000)
    count = present === second ? count + 1 : 1
    second = present
    return count <= maxPerSecond
  }
}

function createListeners(): Listeners {
  return { 'configuration.reloaded': new Set(), 'cache.removed': new Set(), 'keys.changed': new Set() }
}

function tell<Topic extends AnnouncementTopic>(listeners: ReadonlySet<Listener<Topic>>, payload: AnnouncementPayload<Topic>): void {
  for (const listener of listeners) listener(payload)
}

/** Announcements over a channel; without one nobody is told, as fits a gateway of one process. */
export function createAnnouncer(
  channel?: AnnouncementChannel,
  { newId, monotonicNow }: Pick<Deps, 'newId' | 'monotonicNow'> = systemDeps,
): Announcer {
  const own = newId()
  const listeners = createListeners()
  const isLet = createRateGate(monotonicNow)
  channel?.listen((text) => {
    if (!isLet()) return
    const announcement = parseAnnouncement(text)
    if (announcement === undefined || announcement.from === own) return
    switch (announcement.topic) {
      case 'configuration.reloaded':
        return tell(listeners[announcement.topic], announcement.payload)
      case 'cache.removed':
        return tell(listeners[announcement.topic], announcement.payload)
      case 'keys.changed':
        return tell(listeners[announcement.topic], announcement.payload)
    }
  })
  return {
    publish: (topic, payload) => {
      const text = JSON.stringify({ topic, from: own, payload })
      if (text.length <= maxAnnouncementLength) channel?.send(text)
    },
    subscribe: (topic, listener) => {
      const ofTopic: Set<typeof listener> = listeners[topic]
      ofTopic.add(listener)
      return () => void ofTopic.delete(listener)
    },
    close: async () => {
      for (const ofTopic of Object.values(listeners)) ofTopic.clear()
      await channel?.close()
    },
  }
}
