import type { Principal } from './principal.ts'

/** Finds out whose a credential is. */
export interface Authenticator {
  /** For logs and errors: `configured`, `issued`, `jwt`. */
  readonly name: string
  /**
   * The principal of a credential; `undefined` for one that is not its own, has expired or was revoked. The promise is there only
   * when something has to be asked. It must not fail for what a client wrote.
   */
  readonly authenticate: (credential: string, nowMs: number) => Promise<Principal | undefined> | Principal | undefined
  /**
   * Whether a credential has the form of its own. Where everybody may come in without one, clients send what they like in its place; but one of this form
   * that is not good is refused there, too: whose key was revoked must not come in as nobody.
   */
  readonly isOwnForm?: ((credential: string) => boolean) | undefined
}
