import * as assert from 'uvu/assert'
import type { GivenUp } from '../../../src/runtime/dead-letters/given-up.ts'
import { JobLetters } from '../../../src/runtime/dead-letters/job-letters.ts'
import { suite } from '../../support/suite.ts'

const letterOf = (record: unknown): GivenUp => ({
  record,
  ...{ operator: 'parse', nodeId: 'n1', error: new Error('no'), attempts: 1, at: 5 },
  ...{ subtask: 0, key: undefined, eventTime: NaN, input: 0, after: 0, replay: null, final: null },
})

const listening = (letters: JobLetters): string[] => {
  const told: string[] = []
  letters.listen(
    {
      givenUp: ({ record }) => told.push(`given up ${String(record)}`),
      entered: (ids) => told.push(`entered ${ids.join()}`),
      settled: (ids) => told.push(`settled ${ids.join()}`),
      refused: (ids) => told.push(`refused ${ids.join()}`),
      begun: ({ checkpoint }) => told.push(`begun ${checkpoint}`),
    },
    () => [],
  )
  return told
}

suite('JobLetters', (test) => {
  test('has the last few for the report of a job that fails, whoever keeps the others', () => {
    const letters = new JobLetters()
    for (let record = 0; record < 40; record++) letters.givenUp(letterOf(record))
    assert.equal(
      letters.last.map(({ record }) => record),
      Array.from({ length: 16 }, (_, i) => 24 + i),
    )
    assert.equal(Object.keys(letters.last[0]!), ['record', 'operator', 'nodeId', 'error', 'attempts', 'at'])
  })

  test('settles what is put back with the first checkpoint behind it', () => {
    const letters = new JobLetters()
    const told = listening(letters)
    letters.begin({ checkpoint: 0, settled: [] })
    letters.entered(1, 0)
    letters.entered(2, 3)
    assert.equal(letters.coveredBy(3), [1])
    letters.completed(3)
    // Until somebody says that he knows, each checkpoint tells it again.
    assert.equal(letters.coveredBy(4), [1, 2])
    letters.confirm([1])
    assert.equal(letters.coveredBy(4), [2])
    letters.end()
    assert.equal(told, ['begun 0', 'entered 1', 'entered 2', 'settled 1', 'settled 2'])
  })

  test('settles it at once where there are no checkpoints', () => {
    const letters = new JobLetters()
    const told = listening(letters)
    letters.begin({ checkpoint: null, settled: [] })
    letters.entered(1, 0)
    assert.equal(told, ['begun null', 'entered 1', 'settled 1'])
    assert.equal(letters.coveredBy(1), [])
  })

  test('forgets what was put back when the job begins again, apart from what the checkpoint has', () => {
    const letters = new JobLetters()
    listening(letters)
    letters.begin({ checkpoint: 0, settled: [] })
    letters.entered(1, 0)
    letters.begin({ checkpoint: 7, settled: [5] })
    assert.is(letters.origin, 7)
    assert.equal(letters.coveredBy(8), [5])
  })
})
