import * as assert from 'uvu/assert'
import { LetterPost, replayOf } from '../../../src/jobs/process/letter-post.ts'
import type { Report } from '../../../src/jobs/process/messages.ts'
import { reportSchema } from '../../../src/jobs/supervisor/report-schema.ts'
import type { GivenUp } from '../../../src/runtime/dead-letters/given-up.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'

const letterOf = (record: unknown, told: Partial<GivenUp> = {}): GivenUp => ({
  record,
  ...{ operator: 'parse', nodeId: 'n1', error: new Error('no'), attempts: 1, at: 5 },
  ...{ subtask: 2, key: 'k', eventTime: NaN, input: 1, after: 0, replay: null, final: null },
  ...told,
})

interface Bench {
  readonly post: LetterPost
  readonly told: Report[]
  readonly clock: ManualClock
  sending: number
}

const open = (): Bench => {
  const clock = new ManualClock()
  const told: Report[] = []
  const bench: Bench = {
    clock,
    told,
    sending: 0,
    post: new LetterPost({
      clock,
      // What the server would not believe is not told.
      tell: (report) => told.push(reportSchema.parse(JSON.parse(JSON.stringify(report)))),
      sending: () => bench.sending,
      redact: (text) => text.replaceAll('hunter2', '***'),
    }),
  }
  return bench
}

const lettersIn = (told: readonly Report[]): Extract<Report, { type: 'letters' }>['letters'] =>
  told.flatMap((report) => (report.type === 'letters' ? report.letters : []))

suite('LetterPost', (test) => {
  test('tells of letters together, with what it takes to put them back', async () => {
    const { post, told, clock } = open()
    const record = { id: 1, at: new Date(7), more: new Map([['a', 1n]]) }
    post.givenUp(letterOf(record, { eventTime: 9 }))
    record.id = 2
    post.givenUp(letterOf('second'))
    assert.equal(told, [])
    await clock.advance(250)
    const [first, second] = lettersIn(told)
    assert.equal(
      [told.length, first!.text, first!.key],
      [1, "{ id: 1, at: 1970-01-01T00:00:00.007Z, more: Map(1) { 'a' => 1n } }", "'k'"],
    )
    assert.equal([second!.text, second!.record, second!.eventTime], ["'second'", 'second', null])
    const { nodeId, subtask, input, eventTime, replays, parcel } = first!
    const back = replayOf({ letter: 4, nodeId, subtask, input, eventTime, replays, parcel: parcel! })
    assert.equal(back, {
      ...{ letter: 4, nodeId: 'n1', subtask: 2, input: 1, eventTime: 9, key: 'k', times: 1 },
      record: { id: 1, at: new Date(7), more: new Map([['a', 1n]]) },
    })
    assert.is(replayOf({ letter: 4, nodeId, subtask, input, eventTime, replays, parcel: 'AAAA' }), undefined)
  })

  test('says why a record cannot be put back, and never throws', () => {
    const { post, told } = open()
    const proxy = new Proxy({}, { get: () => assert.unreachable(), ownKeys: () => [] })
    const strange = Object.defineProperty(new Error('x'), 'message', { get: () => assert.unreachable() })
    post.givenUp(letterOf(() => {}))
    post.givenUp(letterOf('x'.repeat(70_000)))
    post.givenUp(letterOf(undefined, { final: 'no-record' }))
    post.givenUp(letterOf(1, { final: 'request' }))
    post.givenUp(letterOf(proxy, { error: strange, key: Symbol('k') }))
    post.givenUp(letterOf(1, { error: undefined, operator: 'o'.repeat(5000) }))
    post.flush()
    assert.equal(
      lettersIn(told).map(({ obstacle }) => obstacle),
      ['not-plain-data', 'too-large', 'no-record', 'request', 'not-plain-data', null],
    )
  })

  test('hides secrets in what is shown, and keeps the record as it is', () => {
    const { post, told } = open()
    post.givenUp(
      letterOf({ password: 'hunter2' }, { error: new Error('hunter2', { cause: new Error('hunter2') }) }),
    )
    post.flush()
    const { parcel, ...shown } = lettersIn(told)[0]!
    assert.not.match(JSON.stringify(shown), 'hunter2')
    assert.match(Buffer.from(parcel!, 'base64').toString('latin1'), 'hunter2')
  })

  test('counts what there is no room for, and waits for a server that is slow', async () => {
    const bench = open()
    const { post, told, clock } = bench
    bench.sending = 5
    for (let n = 0; n < 4_010; n++) post.givenUp(letterOf(n))
    await clock.advance(1_000)
    assert.equal(told, [])
    bench.sending = 0
    await clock.advance(250)
    assert.is(lettersIn(told).length, 4_000)
    assert.equal(told.at(-1), { type: 'letters', letters: [], notKept: 10 })
    assert.is(clock.waiting, 0)
  })

  test('tells letters before what became of replays, and both before an attempt begins', () => {
    const { post, told } = open()
    post.entered([1])
    post.givenUp(letterOf(1, { replay: { ...letterOf(1), letter: 1, times: 3 } }))
    post.settled([1])
    post.refused([2])
    post.begun({ checkpoint: 3, settled: [1] })
    assert.equal(
      told.map(({ type }) => type),
      ['letters', 'replays', 'letters-begun'],
    )
    const [letter] = lettersIn(told)
    assert.equal([letter!.replayOf, letter!.replays], [1, 3])
    assert.equal(told[1], { type: 'replays', entered: [1], settled: [1], refused: [2] })
    post.flush()
    assert.is(told.length, 3)
  })
})
