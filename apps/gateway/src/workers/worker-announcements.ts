import type { AnnouncementChannel } from '@proxyapi/server'

/** The way of announcements between a primary, its workers, and other instances where there are any. */
export interface PrimaryAnnouncements {
  readonly channel: AnnouncementChannel
  /** Takes what a worker announces; `tellOthers` passes it on to the other workers. */
  readonly onWorkerText: (text: string, tellOthers: (text: string) => void) => void
}

/** What is announced here goes to all workers and to other instances; what those announce goes to all workers, too. */
export function createPrimaryAnnouncements(
  instances: AnnouncementChannel | undefined,
  tellWorkers: (text: string) => void,
): PrimaryAnnouncements {
  let hear: (text: string) => void = () => undefined
  return {
    onWorkerText: (text, tellOthers) => {
      instances?.send(text)
      tellOthers(text)
      hear(text)
    },
    channel: {
      send: (text) => {
        instances?.send(text)
        tellWorkers(text)
      },
      listen: (onText) => {
        hear = onText
        instances?.listen((text) => {
          tellWorkers(text)
          onText(text)
        })
      },
      close: async () => instances?.close(),
    },
  }
}

/** The way of a worker: through its primary. */
export interface WorkerAnnouncements {
  readonly channel: AnnouncementChannel
  /** Takes what the primary passes on. */
  readonly onText: (text: string) => void
}

export function createWorkerAnnouncements(send: (text: string) => void): WorkerAnnouncements {
  let hear: (text: string) => void = () => undefined
  return {
    onText: (text) => hear(text),
    channel: {
      send,
      listen: (onText) => {
        hear = onText
      },
      close: async () => undefined,
    },
  }
}
