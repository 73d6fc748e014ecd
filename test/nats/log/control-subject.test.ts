import * as assert from 'uvu/assert'
import type { JetStream } from '../../../src/nats/jetstream.ts'
import type { Control } from '../../../src/nats/log/control-record.ts'
import { ControlSubject } from '../../../src/nats/log/control-subject.ts'
import { bytesOf } from '../../support/contracts/engine-values.ts'
import { natsSuite } from '../../support/nats/nats-suite.ts'
import { startNats } from '../../support/nats/start-nats.ts'
import type { TestContext } from '../../support/suite.ts'
import { type LossyJetStream, lossyJetStream } from '../support/lossy-jetstream.ts'

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
    const js = await lossyJetStream(context, address)
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
