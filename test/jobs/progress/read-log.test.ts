import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { defaultStageRules } from '../../../src/jobs/progress/default-stage-rules.ts'
import { plainPieces, shortened } from '../../../src/jobs/progress/plain-text.ts'
import { lastLogOf, readLog, type LogReading } from '../../../src/jobs/progress/read-log.ts'
import { StageReader } from '../../../src/jobs/progress/stage-reader.ts'
import { suite } from '../../support/suite.ts'

const reader = new StageReader(defaultStageRules)
const at = (second: number): string => new Date(second * 1000).toISOString()

/** Lines, each a second behind the one before. */
const read = (...texts: readonly string[]): LogReading =>
  readLog(
    texts.map((text, second) => ({ text, stream: 'stdout', at: at(second) })),
    reader,
  )

const said = (...texts: readonly string[]): readonly unknown[] => {
  const { stage, progress, lastLog } = read(...texts)
  return [stage, progress, lastLog]
}

suite('the newest lines of a log', (test) => {
  test('say nothing where there are none', () => {
    const nothing = { stage: null, lastLog: null, progress: null, at: null, rate: null, more: null }
    assert.equal(read(), nothing)
    assert.equal(read('', '\u001b[0m', '\r\n'), nothing)
  })

  test('are read from the newest on', () => {
    assert.equal(said('step 1/10', 'step 2/10', 'hello'), ['Training', 20, 'hello'])
    assert.equal(said('step 2/10', 'Saving checkpoint'), ['Saving checkpoint', 20, 'Saving checkpoint'])
    assert.equal(said('step 2/10', 'step 0/0'), ['Training', 20, 'step 0/0'])
    assert.equal(said('Saving checkpoint', '30%'), ['Saving checkpoint', 30, '30%'])
  })

  test('are at most a hundred, and no remarks of the server', () => {
    const more = Array.from({ length: 99 }, () => 'hello')
    assert.equal(said('step 1/10', ...more), ['Training', 10, 'hello'])
    assert.equal(said('step 1/10', 'hello', ...more), [null, null, 'hello'])
    assert.equal(said('step 1/10\r'.repeat(200), 'hello'), ['Training', 10, 'hello'])
    const remark = { text: 'step 3/4', stream: 'system', at: at(0) } as const
    assert.equal([readLog([remark], reader).stage, lastLogOf([remark])], [null, null])
  })

  test('are what a terminal would show of them', () => {
    assert.equal(said('  1%| | 1/100\r 50%|█ | 50/100\r'), [null, 50, '50%|█ | 50/100'])
    assert.equal(said('\u001b[1;32mstep\u001b[0m\t\u001b]0;title\u00073/10\u001b[K'), [
      'Training',
      30,
      'step 3/10',
    ])
    assert.equal(said(`${'x'.repeat(9000)}step 3/10`)[0], null)
    assert.equal(said(`${'x'.repeat(9000)}\rstep 3/10`)[1], 30)
    assert.equal(said(`step 3/10 ${'x'.repeat(90_000)}`)[1], 30)
  })

  test('say how fast it goes, and what is left, by the times of what they count', () => {
    const { rate, more, at: when } = read('step 10/100', 'hello', 'step 30/100', 'hello')
    assert.equal([rate, more, when], [{ value: 10, unit: 'step' }, 70, at(2)])
    assert.equal(read('30%', '40%').rate, { value: 10, unit: '%' })
    assert.equal(read('30%', '40%').more, 60)
  })

  test('say nothing of that where something else was counted, or it began again', () => {
    assert.is(read('step 10/100').rate, null)
    assert.is(read('step 10/100', 'step 10/100').rate, null)
    assert.is(read('step 10/50', 'step 30/100').rate, null)
    assert.is(read('epoch 1/100', 'step 30/100').rate, null)
    assert.equal(read('step 90/100', 'step 0/100', 'step 1/100').rate, { value: 1, unit: 'step' })
    const line = (text: string, second: number) => ({ text, stream: 'stdout', at: at(second) }) as const
    assert.is(readLog([line('step 1/9', 5), line('step 2/9', 4)], reader).rate, null)
    assert.is(readLog([line('step 1/9', 5), line('step 2/9', 5)], reader).rate, null)
  })
})

suite('a line that is shown', (test) => {
  test('has at most so many characters, by code point, with the ellipsis', () => {
    assert.is(shortened('a'.repeat(80), 80), 'a'.repeat(80))
    assert.is(shortened('a'.repeat(81), 80), `${'a'.repeat(79)}…`)
    assert.is(shortened('😀'.repeat(80), 80), '😀'.repeat(80))
    assert.is(shortened('😀'.repeat(81), 80), `${'😀'.repeat(79)}…`)
    assert.is(shortened('\ud800a', 80), '\ufffda')
  })

  test('is one that can be sent, whatever was written', () => {
    const parts = fc.array(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\u001b[31m', '\r', '\u202e', '\u0007')),
    )
    fc.assert(
      fc.property(parts, (written) => {
        for (const piece of plainPieces(written.join(''))) {
          const shown = shortened(piece, 80)
          assert.ok([...shown].length <= 80)
          assert.not.match(shown, /[\p{Cc}\u2028\u2029\u202a-\u202e]/u)
          assert.is(Buffer.from(shown).toString(), shown)
          assert.ok(shown.trim() !== '')
        }
      }),
    )
  })
})
