import type { MsgHdrs } from '@nats-io/transport-node'
import { JetStream, type PubAck } from '../../../src/nats/jetstream.ts'
import { Link, LinkError } from '../../../src/nats/link.ts'
import { natsSettings } from '../../../src/nats/nats-options.ts'
import { connectClient } from '../../../src/nats/transport.ts'
import type { TestContext } from '../../support/suite.ts'

/** What becomes of a message and of the answer to it. */
export type Fate = 'well' | 'unheard' | 'answer lost' | 'heard late'

/** Loses messages and answers as a test tells it. */
export class LossyJetStream extends JetStream {
  fates: Fate[] = []
  attempts = 0
  /** Messages on their way that nobody waits for. */
  readonly late: (() => Promise<unknown>)[] = []
  /** What happens before an answer is found to be lost. */
  meanwhile: () => Promise<unknown> = async () => {}

  override async publish(subject: string, bytes: Uint8Array, headers?: MsgHdrs): Promise<PubAck> {
    this.attempts++
    const fate = this.fates.shift() ?? 'well'
    const lost = new LinkError('timeout', 'The answer does not come.')
    if (fate === 'heard late') {
      // The next attempt comes first.
      this.late.push(() => super.publish(subject, bytes, headers))
      throw lost
    }
    if (fate === 'unheard') throw lost
    const ack = await super.publish(subject, bytes, headers)
    for (const arrive of this.late.splice(0)) await arrive().catch(() => {})
    if (fate === 'answer lost') {
      await this.meanwhile()
      throw lost
    }
    return ack
  }
}

export async function lossyJetStream({ cleanup }: TestContext, address: string): Promise<LossyJetStream> {
  const settings = natsSettings({})
  const client = await connectClient([address], 'test', settings)
  const link = new Link(client, settings.clock, settings.random)
  cleanup(() => link.close())
  return new LossyJetStream(link)
}
