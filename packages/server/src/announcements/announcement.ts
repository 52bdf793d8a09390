import * as v from 'valibot'

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(256))

/** What processes tell one another, by topic. Fields that a later version adds are left out. */
const schemas = {
  /** A configuration has been taken in. `revision` is that of its text. */
  'configuration.reloaded': v.object({ revision: name }),
  /** Entries were removed from the response cache. `user` is a pseudonym; without any field it was all of them. */
  'cache.removed': v.object({ model: v.optional(name), provider: v.optional(name), tag: v.optional(name), user: v.optional(name) }),
  /** Issued keys have changed: the store says which. */
  'keys.changed': v.object({}),
} as const

/** What can be announced. */
export type AnnouncementTopic = keyof typeof schemas

/** What an announcement of a topic says. */
export type AnnouncementPayload<Topic extends AnnouncementTopic> = v.InferOutput<(typeof schemas)[Topic]>

/** An announcement with the process that made it. */
export type Announcement = {
  readonly [Topic in AnnouncementTopic]: { readonly topic: Topic; readonly from: string; readonly payload: AnnouncementPayload<Topic> }
}[AnnouncementTopic]

/** Texts that are longer are neither sent nor read; PostgreSQL's NOTIFY takes 8,000 bytes. */
export const maxAnnouncementLength = 2_000

const envelope = v.object({
  topic: v.picklist(['configuration.reloaded', 'cache.removed', 'keys.changed']),
  from: name,
  payload: v.unknown(),
})

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads an announcement; `undefined` where the text is none, since channels are shared with others. */
export function parseAnnouncement(text: string): Announcement | undefined {
  if (text.length > maxAnnouncementLength) return undefined
  const outer = v.safeParse(envelope, readJson(text))
  if (!outer.success) return undefined
  const { topic, from, payload } = outer.output
  const inner = v.safeParse(schemas[topic], payload)
  // The schema that judged the payload is the topic's own.
  return inner.success ? ({ topic, from, payload: inner.output } as Announcement) : undefined
}
