import type { AlertChannel, AlertNotification } from '../engine/alert.ts'
import { AlertingError } from '../engine/alerting-error.ts'
import { ChannelError } from './channel-error.ts'
import { toChannelUrl } from './channel-url.ts'
import { toFacts, toSubject } from './notification-text.ts'

/** Where and how e-mails are sent. */
export interface EmailChannelOptions {
  /** `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte: a secret. */
  readonly smtpUrl: string
  readonly to: readonly string[]
  /** Default: the user of `smtpUrl` when it is an address, else `proxyapi@` its host. */
  readonly from?: string | undefined
}

/** Under the ten seconds that one try may take, so that a slow server's answer is waited for no longer than we do. */
const socketTimeoutMs = 8_000

function senderOf({ username, hostname }: URL): string {
  const user = decodeURIComponent(username)
  return user.includes('@') ? user : `proxyapi@${hostname}`
}

/** Replies of 5xx are final (RFC 5321, 4.2.1); so are credentials that the server refuses. */
function toChannelError(error: unknown): ChannelError {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const reply = error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : undefined
  const said = reply === undefined ? `could not be reached${code === undefined ? '' : ` (${code})`}` : `answered ${reply}`
  const retryable = code !== 'EAUTH' && (reply === undefined || reply < 500)
  return new ChannelError({ message: `The mail server ${said}`, retryable, cause: error })
}

function toMail(
  notification: AlertNotification,
  { from, to, host }: { readonly from: string; readonly to: readonly string[]; readonly host: string },
) {
  const facts = toFacts(notification).map(([label, text]) => `${label}: ${text}`)
  return {
    from,
    to: [...to],
    subject: toSubject(notification),
    text: `${toSubject(notification)}\n\n${facts.join('\n')}\n`,
    date: new Date(notification.atMs),
    // The same in every try, so that a mailbox can tell a repeated delivery.
    messageId: `<${notification.id}@${host}>`,
    headers: { 'Auto-Submitted': 'auto-generated' },
  }
}

/**
 * E-mail over SMTP, with STARTTLS where the server offers it.
 *
 * @throws AlertingError for an address of a server that can't be one, or without a recipient
 */
export function createEmailChannel(options: EmailChannelOptions): AlertChannel {
  const { smtpUrl, to } = options
  const url = toChannelUrl(smtpUrl, { setting: 'email smtp_url', protocols: ['smtp:', 'smtps:'] })
  if (to.length === 0) throw new AlertingError({ code: 'invalid_config', message: 'email to: found nobody, expected at least one address' })
  const from = options.from ?? senderOf(url)
  return {
    type: 'email',
    send: async (notification) => {
      const { createTransport } = await import('nodemailer') // only those who send pay for it
      const limits = { connectionTimeout: socketTimeoutMs, greetingTimeout: socketTimeoutMs, socketTimeout: socketTimeoutMs }
      const transport = createTransport({ url: smtpUrl, disableFileAccess: true, disableUrlAccess: true, ...limits })
      try {
        await transport.sendMail(toMail(notification, { from, to, host: url.hostname }))
      } catch (error) {
        throw toChannelError(error)
      } finally {
        transport.close()
      }
    },
  }
}
