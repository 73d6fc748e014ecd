import { existsSync } from 'node:fs'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { processStat } from '../../src/util/process-stat.ts'
import { suite } from '../support/suite.ts'

suite('processStat', (given) => {
  const test = existsSync('/proc/self/stat') ? given : given.skip

  test('begins with the state, whatever the name of the program is', () => {
    const title = process.title
    process.title = 'a) Z 0'
    try {
      const stat = processStat(process.pid)!
      assert.match(stat[0]!, /^[RSD]$/)
      assert.is(Number(stat[1]), process.ppid)
    } finally {
      process.title = title
    }
  })

  test('is nothing where there is no such process', () => {
    assert.is(processStat(2 ** 22 + 1), undefined)
  })
})
