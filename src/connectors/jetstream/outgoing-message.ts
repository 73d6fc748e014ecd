import type { PackedMessage } from '../common/packed-messages.ts'

/** A message that is to be published. */
export type OutgoingMessage = PackedMessage<OutgoingHead>

export interface OutgoingHead {
  readonly subject: string
  readonly headers?: Readonly<Record<string, string>>
}
