import * as assert from 'uvu/assert'
import { hasColors } from '../../../src/cli/output/colors.ts'
import { suite } from '../../support/suite.ts'

suite('hasColors', (test) => {
  test('says yes to a terminal, unless somebody says no', () => {
    const terminal = { isTTY: true }
    const file = { isTTY: false }
    assert.ok(hasColors(terminal, {}, []))
    assert.not(hasColors(file, {}, []))
    assert.not(hasColors(terminal, { NO_COLOR: '1' }, []))
    assert.ok(hasColors(terminal, { NO_COLOR: '' }, []), 'as no-color.org has it')
    assert.not(hasColors(terminal, {}, ['list', '--no-color']))
    assert.not(hasColors(terminal, { TERM: 'dumb' }, []))
    assert.ok(hasColors(file, { FORCE_COLOR: '1' }, []))
    assert.not(hasColors(file, { FORCE_COLOR: '0' }, []))
    assert.not(hasColors(file, { FORCE_COLOR: '1', NO_COLOR: '1' }, []))
    assert.not(hasColors(terminal, { FORCE_COLOR: '1' }, ['--no-color']))
  })
})
