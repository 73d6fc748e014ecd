import * as assert from 'uvu/assert'
import { levelOf } from '../../src/page/job/log-level.ts'
import { suite } from '../support/suite.ts'

const of = (text: string, stream: 'stdout' | 'stderr' | 'system' = 'stdout'): string =>
  levelOf({ text, stream })

suite('the level of a line', (test) => {
  test('is what loggers write it as', () => {
    assert.equal(
      [
        '{"level":"warn","msg":"x"}',
        '{"level":50,"msg":"x"}',
        '{"time":1,"level":20}',
        'ts=2026-01-01 level=error msg=x',
        '2026-01-01T10:00:00.000Z ERROR cannot',
        '[10:00:00] [debug] x',
        'Warning: it is late',
        'FATAL it is over',
      ].map((text) => of(text)),
      ['warn', 'error', 'debug', 'error', 'error', 'debug', 'warn', 'error'],
    )
  })

  test('is none of a sentence with such a word in it', () => {
    assert.equal(
      ['no error was found', 'error rates are low', 'information', 'the next level: 50 people', ''].map(
        (text) => of(text),
      ),
      ['info', 'info', 'info', 'info', 'info'],
    )
  })

  test('is that of a warning where a line of stderr names none', () => {
    assert.equal(
      [of('at x', 'stderr'), of('[info] x', 'stderr'), of('begun', 'system')],
      ['warn', 'info', 'info'],
    )
  })
})
