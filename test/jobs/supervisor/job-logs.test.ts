import { deepEqual, equal } from 'node:assert/strict'
import { silentLogger } from '../../../src/functions/logger.ts'
import { StoreError } from '../../../src/errors/job-server-errors.ts'
import { JobLogs } from '../../../src/jobs/supervisor/job-logs.ts'
import type { NewLine } from '../../../src/jobs/supervisor/log-capture.ts'
import type { LogLine } from '../../../src/protocol/job-info.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'

const line = (text: string): NewLine => ({ at: '', stream: 'stdout', text })

const kept = (): { logs: JobLogs; texts: string[]; disk: { full: boolean } } => {
  const texts: string[] = []
  const disk = { full: false }
  const addLogs = (_: string, lines: readonly NewLine[]): readonly LogLine[] => {
    if (disk.full) throw new StoreError('the disk is full')
    return lines.map((added) => ({ ...added, seq: texts.push(added.text) }))
  }
  const foreign = { onLogs: () => () => {} }
  return { logs: new JobLogs({ addLogs, foreign }, new ManualClock(), silentLogger), texts, disk }
}

suite('lines of jobs', (test) => {
  test('those that cannot be written are counted, and the next ones say how many', () => {
    const { logs, texts, disk } = kept()
    logs.add('j', [line('a')])
    disk.full = true
    logs.add('j', [line('b'), line('c')])
    logs.add('j', [line('d')])
    disk.full = false
    logs.add('other', [line('x')])
    logs.add('j', [line('e')])
    logs.add('j', [line('f')])
    deepEqual(texts, ['a', 'x', '3 lines could not be kept', 'e', 'f'])
  })

  test('who listens gets what is written from then on, until the job is deleted', () => {
    const { logs } = kept()
    const seen: string[] = []
    logs.add('j', [line('before')])
    const first = logs.of('j').subscribe(({ text }) => seen.push(`1 ${text}`))
    logs.of('j').subscribe({ next: ({ text }) => seen.push(`2 ${text}`), complete: () => seen.push('end') })
    logs.add('j', [line('a')])
    logs.add('other', [line('x')])
    first.unsubscribe()
    logs.add('j', [line('b')])
    logs.deleted('j')
    logs.add('j', [line('c')])
    deepEqual(seen, ['1 a', '2 a', '2 b', 'end'])
    equal(first.closed, true)
  })
})
