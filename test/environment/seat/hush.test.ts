import { spawnSync } from 'node:child_process'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { hush, speakUp } from '../../../src/environment/seat/hush.ts'
import { suite } from '../../support/suite.ts'

/** What a script writes on stdout. */
const written = (script: string): string => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' })
  assert.equal([status, stderr], [0, ''])
  return stdout
}

const back = `globalThis[Symbol.for('millrace.hushed')]()\n`

suite('hush', (test) => {
  test('nothing is written on the way to a submit, and all is behind it', () => {
    assert.is(written(`${hush} console.log('before'); ${back} console.log('behind')`), 'behind\n')
  })

  test('whoever waits for what is written is told that it is', () => {
    const waits = `
      const { stdout } = process
      stdout.write('a', () => {
        stdout.write('b', 'utf8', () => {
          ${back}
          console.log('both were called')
        })
      })`
    assert.is(written(`${hush} ${waits}`), 'both were called\n')
  })

  test('a program that was not hushed speaks on', () => {
    speakUp()
    const { write } = process.stdout
    speakUp()
    assert.is(process.stdout.write, write)
  })

  test('speakUp is the way back', () => {
    const key = Symbol.for('millrace.hushed')
    let spoken = 0
    Reflect.set(globalThis, key, () => spoken++)
    speakUp()
    Reflect.deleteProperty(globalThis, key)
    assert.is(spoken, 1)
  })
})
