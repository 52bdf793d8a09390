import { LRUCache } from 'lru-cache'

/*
 * How often each key was asked for lately. A count halves every half-life, so that it is about the number of requests in
 * that time; the keys that were asked for last are kept, and only those with a count worth a refresh keep their question.
 */
export interface PopularityOptions<Question> {
  readonly halfLifeMs: number
  readonly maxKeys: number
  /** From this count on the question itself is kept, to ask it again. */
  readonly keepQuestionFrom: number
  /** How many questions are kept. */
  readonly maxQuestions: number
  /** Whether a question is small enough to be kept. */
  readonly isKeepable: (question: Question) => boolean
}

/** What is known of a key that is asked for. */
export interface Popularity<Question> {
  requestCount: number
  requestedAtMs: number
  /** `null` when it is too large to be kept. */
  question?: Question | null | undefined
  /** Of the answer that is stored, as far as this process has seen it. */
  storedAtMs?: number | undefined
  freshForMs?: number | undefined
  costNanoUsd?: number | null | undefined
}

export interface PopularityTable<Question> {
  /** Counts one ask and answers the record, its count included. Without a question there is nothing to ask again. */
  readonly record: (key: string, question?: Question) => Popularity<Question>
  readonly get: (key: string) => Popularity<Question> | undefined
  /** Keys whose count now is at least `requestCount` and whose question is known, most popular first. */
  readonly atLeast: (requestCount: number, nowMs: number) => readonly (readonly [key: string, record: Popularity<Question>])[]
  readonly forget: () => void
}

export function createPopularity<Question>(options: PopularityOptions<Question>, now: () => number): PopularityTable<Question> {
  const { halfLifeMs, maxKeys, keepQuestionFrom, maxQuestions, isKeepable } = options
  const records = new LRUCache<string, Popularity<Question>>({ max: maxKeys })
  const questions = new LRUCache<string, Popularity<Question>>({
    max: maxQuestions,
    dispose: (record) => {
      record.question = undefined
    },
  })
  const faded = ({ requestCount, requestedAtMs }: Popularity<Question>, nowMs: number): number =>
    requestCount * 2 ** (-Math.max(0, nowMs - requestedAtMs) / halfLifeMs)

  function note(key: string, question?: Question): Popularity<Question> {
    const nowMs = now()
    const known = records.get(key)
    const record: Popularity<Question> = known ?? { requestCount: 0, requestedAtMs: nowMs }
    if (known === undefined) records.set(key, record)
    record.requestCount = faded(record, nowMs) + 1
    record.requestedAtMs = nowMs
    if (question !== undefined && record.requestCount >= keepQuestionFrom) keep(key, record, question)
    return record
  }
  function keep(key: string, record: Popularity<Question>, question: Question): void {
    if (record.question === undefined) record.question = isKeepable(question) ? question : null
    if (record.question !== null && questions.get(key) !== record) questions.set(key, record)
  }
  return {
    record: note,
    get: (key) => records.peek(key),
    atLeast: (requestCount, nowMs) =>
      [...questions.entries()]
        .filter(([, record]) => record.question !== undefined && record.question !== null && faded(record, nowMs) >= requestCount)
        .sort(([, left], [, right]) => faded(right, nowMs) - faded(left, nowMs)),
    forget: () => {
      questions.clear()
      records.clear()
    },
  }
}
