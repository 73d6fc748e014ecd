import type { Admin, Consumer, Message, Producer } from '@platformatic/kafka'
import type { BaseOptions } from '@platformatic/kafka'
import type { KafkaClient } from './connection.ts'
import { inRequests, type OutgoingMessage, produced } from './outgoing-message.ts'

const COORDINATOR_OF_GROUP = 0
/** Takes the id over from whoever has it. The client would say that it is one of number 0, and be refused. */
const ANY = { producerId: -1n, producerEpoch: -1 }
/** The partition under which the number of a commit is noted. Every topic has it. */
const PARTITION = 0

/**
 * What one instance of a sink sends, commit after commit. Its name is the id of its transactions, so that only one is at
 * it: whoever begins last. Each transaction holds the messages of a commit, and the commit's number as the offset of a
 * group of that name, so that both are there or neither. Nobody else uses the group.
 */
export class CommitChain {
  readonly #name: string
  readonly #topic: string
  readonly #admin: Admin
  readonly #producer: Producer
  /** The number of the last commit that is there; null: nobody has looked. */
  #last: number | null = null
  #coordinator: number | null = null

  constructor(
    client: KafkaClient,
    base: BaseOptions,
    admin: Admin,
    { name, topic }: { name: string; topic: string },
  ) {
    this.#name = name
    this.#topic = topic
    this.#admin = admin
    this.#producer = new client.Producer({ ...base, idempotent: true, transactionalId: name, acks: -1 })
  }

  /** Sends a commit unless it is there. Commits have numbers that grow, from 1 on. */
  async publish(commit: number, messages: readonly OutgoingMessage[]): Promise<void> {
    if (this.#last !== null && this.#last >= commit) return
    // The first gives up, or brings to its end, what another has begun, and locks that one out.
    const transaction = await this.#producer.beginTransaction(ANY)
    this.#last ??= await this.#read()
    if (this.#last >= commit) return await transaction.cancel()
    for (const request of inRequests(messages))
      await transaction.send({ messages: request.map((each) => produced(this.#topic, each)) })
    await transaction.addConsumer({ groupId: this.#name } as Consumer)
    await transaction.addOffset(await this.#note(commit))
    await transaction.commit()
    this.#last = commit
  }

  async close(): Promise<void> {
    await this.#producer.close()
  }

  /** As the client wants it: the message behind which the group is to go on. */
  async #note(commit: number): Promise<Message> {
    this.#coordinator ??= await this.#findCoordinator()
    const consumer = { groupId: this.#name, generationId: -1, memberId: '', coordinatorId: this.#coordinator }
    return {
      topic: this.#topic,
      partition: PARTITION,
      offset: BigInt(commit - 1),
      metadata: { consumer },
    } as never
  }

  async #findCoordinator(): Promise<number> {
    const found = await this.#admin.findCoordinator({ keyType: COORDINATOR_OF_GROUP, keys: [this.#name] })
    return found[0]!.nodeId
  }

  async #read(): Promise<number> {
    const groups = [{ groupId: this.#name, topics: [{ name: this.#topic, partitionIndexes: [PARTITION] }] }]
    const [group] = await this.#admin.listConsumerGroupOffsets({ groups, requireStable: true })
    const noted = group?.topics[0]?.partitions[0]?.committedOffset ?? -1n
    return noted < 0n ? 0 : Number(noted)
  }
}
