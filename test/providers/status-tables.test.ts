import * as assert from 'uvu/assert'
import { type JobStatus, transitions } from '../../src/job/job-status.ts'
import { StatusTable, statusTables } from '../../src/providers/status-tables.ts'
import { suite } from '../support/suite.ts'

const mapped = (type: keyof typeof statusTables, words: readonly string[]): readonly (JobStatus | null)[] =>
  words.map((word) => new StatusTable(statusTables[type]).statusOf(word))

suite('the tables of statuses', (test) => {
  test("know every word of Ray's and Replicate's documentation", () => {
    assert.equal(mapped('ray', ['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED']), [
      ...['queued', 'running', 'cancelled', 'completed', 'failed'],
    ])
    const words = ['starting', 'processing', 'succeeded', 'failed', 'canceled', 'aborted']
    assert.equal(mapped('replicate', words), [
      ...['queued', 'running', 'completed', 'failed', 'cancelled', 'cancelled'],
    ])
  })

  test('have for Millrace each status as itself', () => {
    const all = Object.keys(transitions)
    assert.equal(mapped('millrace', all), all)
  })

  test('look at no case and no space, and know what they do not know', () => {
    assert.equal(mapped('ray', [' Running ', 'rUnNiNg', 'RUNNING!', '', 'constructor', '__proto__']), [
      ...['running', 'running', null, null, null, null],
    ])
  })

  test("give way to the user's own words, and keep the others", () => {
    const table = new StatusTable(statusTables.ray, { stopped: 'stopped', 'Sleeping In': 'queued' })
    const words = ['STOPPED', 'sleeping in', 'RUNNING']
    assert.equal(
      words.map((word) => table.statusOf(word)),
      ['stopped', 'queued', 'running'],
    )
  })
})
