import xterm from '@xterm/headless'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { DrawDifference } from '../../../src/cli/screen/draw-difference.ts'
import { suite } from '../../support/suite.ts'

const size = { columns: 6, rows: 3 }

suite('DrawDifference', (test) => {
  test('writes the rows that have changed', () => {
    const difference = new DrawDifference()
    difference.draw(['one', 'two', 'three'], size)
    assert.is(difference.draw(['one', 'two', 'three'], size), '')
    assert.is(difference.draw(['one', 'due', 'three'], size), '\u001b[2;1Hdue\u001b[K')
    assert.is(difference.draw(['one'], size), '\u001b[2;1H\u001b[K\u001b[3;1H\u001b[K')
  })

  test('leaves the last character of a full row, and no colour behind a row', () => {
    const difference = new DrawDifference()
    difference.draw([], size)
    assert.is(
      difference.draw(['123456', '\u001b[31mred'], size),
      '\u001b[1;1H123456\u001b[2;1H\u001b[31mred\u001b[0m\u001b[K',
    )
  })

  test('draws all of it on a screen of another size', () => {
    const difference = new DrawDifference()
    difference.draw(['one', 'two'], size)
    assert.match(difference.draw(['one', 'two'], { columns: 7, rows: 3 }), /^\u001b\[0m\u001b\[2J.*one.*two/)
  })

  test('shows the last of any frames in any terminal', async () => {
    const line = fc.stringMatching(/^[a-c漢 ]{0,9}$/).map((text) => text.trimEnd())
    const frames = fc.array(fc.tuple(fc.array(line, { maxLength: 4 }), fc.boolean()), {
      minLength: 1,
      maxLength: 6,
    })
    await fc.assert(
      fc.asyncProperty(frames, async (drawn) => {
        const terminal = new xterm.Terminal({ cols: 6, rows: 3, allowProposedApi: true })
        const difference = new DrawDifference()
        let now = size
        for (const [frame, isNarrow] of drawn) {
          now = { columns: isNarrow ? 5 : 6, rows: 3 }
          terminal.resize(now.columns, now.rows)
          await new Promise<void>((done) => terminal.write(difference.draw(frame, now), done))
        }
        const [last] = drawn.at(-1)!
        const { active } = terminal.buffer
        for (let row = 0; row < 3; row++) {
          const shown = active
            .getLine(active.baseY + row)!
            .translateToString(true)
            .trimEnd()
          const [cut] = last[row]?.length === 0 ? [''] : [last[row] ?? '']
          const isWhole = shown === cut.trimEnd()
          assert.ok(
            isWhole || (shown.endsWith('…') && cut.startsWith(shown.slice(0, -1))),
            `${shown} for ${cut}`,
          )
        }
        terminal.dispose()
      }),
      { numRuns: 50 },
    )
  })
})
