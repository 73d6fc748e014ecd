import * as assert from 'uvu/assert'
import { Meeting } from '../../../../src/runtime/task/heads/meeting.ts'
import { suite } from '../../../support/suite.ts'
import { CountingWaker } from '../support/parts.ts'

const met = (): { meeting: Meeting; a: CountingWaker; b: CountingWaker; held: () => boolean[] } => {
  const meeting = new Meeting(2)
  const [a, b] = [new CountingWaker(), new CountingWaker()]
  return { meeting, a, b, held: () => [meeting.holds(a), meeting.holds(b)] }
}

suite('Meeting', (test) => {
  test('holds whoever has come until all have, then wakes them', () => {
    const { meeting, a, b, held } = met()
    meeting.arrive(a)
    assert.equal(held(), [true, false])
    meeting.arrive(b)
    assert.equal([...held(), a.wakes, b.wakes], [false, false, 1, 1])
  })

  test('waits for nobody who has left', () => {
    const { meeting, a, held } = met()
    meeting.arrive(a)
    meeting.leave()
    assert.equal([...held(), a.wakes], [false, false, 1])
    meeting.arrive(a)
    assert.equal(held(), [false, false])
  })

  test('is over when all of the input has been given, also for who comes late', () => {
    const { meeting, a, b, held } = met()
    meeting.arrive(a)
    meeting.close()
    assert.equal([...held(), a.wakes], [false, false, 1])
    meeting.arrive(b)
    assert.equal(held(), [false, false])
  })
})
