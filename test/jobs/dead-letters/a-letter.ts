import type { LetterReport } from '../../../src/jobs/dead-letters/letter-report.ts'

export const letterOf = (told: Partial<LetterReport> = {}): LetterReport => ({
  operator: 'parse',
  nodeId: 'n1',
  subtask: 0,
  input: 0,
  eventTime: null,
  after: 0,
  at: Date.UTC(2025, 0, 31),
  attempts: 1,
  replays: 0,
  replayOf: null,
  text: '{ id: 1 }',
  record: '{\n  id: 1\n}',
  key: null,
  error: { name: 'Error', code: null, message: 'no' },
  stack: null,
  cause: null,
  parcel: '/w8i',
  obstacle: null,
  ...told,
})
