/** A record of a topic. */
export interface KafkaMessage {
  readonly topic: string
  readonly partition: number
  /** Its number in the partition. */
  readonly offset: number
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  readonly key: Buffer | null
  /** Null: what the key stood for is gone. */
  readonly value: Buffer | null
  /** The last value of each. */
  readonly headers: Readonly<Record<string, Buffer>>
}
