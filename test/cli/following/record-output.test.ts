import { EventEmitter } from 'node:events'
import * as assert from 'uvu/assert'
import { RecordOutput } from '../../../src/cli/following/record-output.ts'
import type { StreamFormat } from '../../../src/cli/following/stream-format.ts'
import { rejectionOf } from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'
import { rest } from '../../support/turns.ts'

class Reader extends EventEmitter {
  written = ''
  takes = true

  write(text: string): boolean {
    this.written += text
    return this.takes
  }
}

const { signal } = new AbortController()
const textOf = ({ n }: { readonly n: number }): string => `number ${n}`

const writtenAs = async (format: StreamFormat, count: number): Promise<string> => {
  const reader = new Reader()
  const output = new RecordOutput(format, { textOf, signal }, reader)
  for (let n = 1; n <= count; n++) await output.write({ n })
  output.end()
  return reader.written
}

suite('RecordOutput', (test) => {
  test('writes text, JSON in lines, and one array', async () => {
    assert.is(await writtenAs('text', 2), 'number 1\nnumber 2\n')
    assert.is(await writtenAs('ndjson', 2), '{"n":1}\n{"n":2}\n')
    for (const count of [0, 1, 2])
      assert.equal(JSON.parse(await writtenAs('json', count)), [{ n: 1 }, { n: 2 }].slice(0, count))
  })

  test('waits for whoever reads', async () => {
    const reader = new Reader()
    const control = new AbortController()
    const output = new RecordOutput('text', { textOf, signal: control.signal }, reader)
    reader.takes = false
    let isTaken = false
    const writing = output.write({ n: 1 }).then(() => (isTaken = true))
    await rest()
    assert.not.ok(isTaken)
    reader.emit('drain')
    await writing
    const next = output.write({ n: 2 })
    control.abort()
    assert.is(((await rejectionOf(next)) as Error).name, 'AbortError')
    assert.is(reader.listenerCount('drain'), 0)
  })
})
