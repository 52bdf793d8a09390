/** A name that stands for several models. */
export interface VirtualModel {
  readonly name: string
  /** Model names, in order of preference. */
  readonly targets: readonly string[]
  /** Model names to try when every target has failed. */
  readonly fallbacks?: readonly string[] | undefined
  readonly strategy?: string | undefined
}
