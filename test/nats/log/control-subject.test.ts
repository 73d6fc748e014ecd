import * as assert from 'uvu/assert'
import type { MsgHdrs } from '@nats-io/transport-node'
import { natsSettings } from '../../../src/nats/nats-options.ts'
import { JetStream, type PubAck } from '../../../src/nats/jetstream.ts'
import { Link, LinkError } from '../../../src/nats/link.ts'
import type { Control } from '../../../src/nats/log/control-record.ts'
import { ControlSubject } from '../../../src/nats/log/control-subject.ts'
import { connectClient } from '../../../src/nats/transport.ts'
import { bytesOf } from '../../support/contracts/engine-values.ts'
import { natsSuite } from '../../support/nats/nats-suite.ts'
import { startNats } from '../../support/nats/start-nats.ts'
import type { TestContext } from '../../support/suite.ts'

/** What becomes of a message and of the answer to it. */
type Fate = 'well' | 'unheard' | 'answer lost' | 'heard late'

class LossyJetStream extends JetStream {
  fates: Fate[] = []
  attempts = 0
  /** Messages on their way that nobody waits for. */
  readonly late: (() => Promise<unknown>)[] = []

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
    if (fate === 'answer lost') throw lost
    return ack
  }
}

const controlOf = (id: string): Control => ({
  record: bytesOf(id),
  epoch: 1,
  id,
  owner: 'me',
  loose: { epoch: 0, next: 0, numbers: [] },
  obsolete: [],
})

natsSuite('ControlSubject', (test) => {
  const ready = async (context: TestContext): Promise<{ js: LossyJetStream; subject: ControlSubject }> => {
    const { address } = await startNats(context)
    const settings = natsSettings({})
    const link = new Link(await connectClient([address], 'test', settings), settings.clock, settings.random)
    context.cleanup(() => link.close())
    const js = new LossyJetStream(link)
    await js.create({
      name: 's',
      subjects: ['s.>'],
      allow_atomic: true,
      allow_rollup_hdrs: true,
      storage: 'file',
    })
    return { js, subject: new ControlSubject(js, 's', 's.c') }
  }
  const messages = async (js: JetStream): Promise<Map<string, number>> => js.subjects('s', 's.>')

  for (const fate of ['unheard', 'answer lost', 'heard late'] as const) {
    for (const batch of [false, true]) {
      test(`writes once what was ${fate}${batch ? ', with outputs' : ''}`, async (context) => {
        const { js, subject } = await ready(context)
        let seq = 0
        for (let i = 1; i <= 3; i++) {
          js.fates = [fate, fate, 'well']
          const outcome = await subject.write(seq, controlOf(`c${i}`), (to) => {
            if (batch) for (const end of ['a', 'b']) to.add(`s.e.${end}`, bytesOf(`${i}`))
          })
          assert.ok(outcome.written)
          if (outcome.written) seq = outcome.seq
          assert.is((await subject.last())?.seq, seq)
        }
        const expected = batch ? [['s.c', 1], ['s.e.a', 3], ['s.e.b', 3]] : [['s.c', 1]] // prettier-ignore
        assert.equal([...(await messages(js))].sort(), expected)
        assert.is(js.attempts, fate === 'answer lost' ? 3 : 9)
      })
    }
  }

  test('tells whose message is there when somebody else was faster', async (context) => {
    const { js, subject } = await ready(context)
    const theirs = await subject.write(0, controlOf('theirs'), () => {})
    js.fates = ['unheard']
    const outcome = await subject.write(0, controlOf('mine'), (to) => to.add('s.e', bytesOf('never')))
    assert.not(outcome.written)
    if (!outcome.written && theirs.written) assert.is(outcome.last?.seq, theirs.seq)
    assert.equal([...(await messages(js))], [['s.c', 1]])
  })

  test('says what the server refuses', async (context) => {
    const { js, subject } = await ready(context)
    await js.delete('s')
    await js.create({ name: 's', subjects: ['s.>'], storage: 'file', allow_rollup_hdrs: true })
    let refused: unknown
    try {
      await subject.write(0, controlOf('mine'), (to) => to.add('s.e', bytesOf('never')))
    } catch (error) {
      refused = error
    }
    assert.match(String(refused), /atomic/)
    assert.equal([...(await messages(js))], [])
  })
})
