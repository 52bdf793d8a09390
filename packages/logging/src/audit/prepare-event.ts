import type { AuditContent, AuditEvent } from './audit-record.ts'
import { type SubjectName, toLookup, toSubject } from './subjects.ts'

/** An event, masked and bounded, before its people have pseudonyms. */
export interface PreparedEvent {
  readonly content: AuditContent
  readonly address?: SubjectName | undefined
  readonly user?: SubjectName | undefined
}

const maxTextCharacters = 300
const maxDetailCharacters = 4000

const unreadable = '"[unreadable]"'

/** What can't be masked or written must not cost the record, nor the caller its action. */
function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

/** The text as it comes back from the store, where neither a lone surrogate nor a zero has a place: the hash must be of what is read. */
function toStorable(text: string): string {
  return Buffer.from(text.slice(0, maxTextCharacters)).toString().replaceAll('\0', '')
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function toDetails(details: unknown): string | null {
  if (details === undefined) return null
  const json = attempt(() => JSON.stringify(details ?? null, sortKeys)) ?? unreadable
  return json.length <= maxDetailCharacters ? json : JSON.stringify({ truncated: json.slice(0, maxDetailCharacters / 2 - 50) }) // quoting may double it
}

/** What is written of an event. `mask` answers plain data without secrets. */
export function prepareEvent(event: AuditEvent, timeMs: number, maskOrThrow: (value: unknown) => unknown): PreparedEvent {
  const mask = (value: unknown): unknown => attempt(() => maskOrThrow(value)) ?? '[unreadable]'
  // Masked before it is cut, so that no half of a secret is left; what is far beyond the cut is not worth masking.
  const text = (value: string | undefined): string | null =>
    value === undefined ? null : toStorable(String(mask(value.slice(0, 10 * maxTextCharacters))))
  return {
    content: {
      timeMs,
      actorId: text(event.actor?.id),
      actorName: text(event.actor?.name),
      action: text(event.action) ?? '',
      object: text(event.object),
      outcome: text(event.outcome) ?? '',
      source: null,
      subject: null,
      details: toDetails(event.details === undefined ? undefined : mask(event.details)),
    },
    address: event.sourceAddress === undefined ? undefined : toSubject('address', event.sourceAddress),
    user: event.subject === undefined ? undefined : toSubject('user', event.subject),
  }
}

/** The names in a batch of events. */
export function namesIn(events: readonly PreparedEvent[]): readonly SubjectName[] {
  return events.flatMap(({ address, user }) => [address, user].filter((name) => name !== undefined))
}

/** An event's content with pseudonyms in place of people. */
export function withPseudonyms(
  { content, address, user }: PreparedEvent,
  secret: string,
  pseudonyms: ReadonlyMap<string, string>,
): AuditContent {
  const of = (name: SubjectName | undefined): string | null => (name && pseudonyms.get(toLookup(secret, name))) ?? null
  return { ...content, source: of(address), subject: of(user) }
}
