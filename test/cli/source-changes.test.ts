import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { SourceChanges } from '../../src/cli/programs/source-changes.ts'
import { realClock } from '../../src/time/real-clock.ts'
import { suite, type TestContext } from '../support/suite.ts'

const folderOf = ({ cleanup }: TestContext): ((name: string) => string) => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-changes-'))
  cleanup(() => rmSync(folder, { recursive: true, force: true }))
  return (name) => join(folder, name)
}

suite('SourceChanges', (test) => {
  test('tells of files that have become others, however they were saved', async (context) => {
    const file = folderOf(context)
    const [a, b] = [file('a.ts'), file('b.ts')]
    for (const path of [a, b]) writeFileSync(path, 'one')
    const changes = new SourceChanges(realClock)
    context.cleanup(() => changes.close())
    changes.follow([a, b])
    const first = changes.next()
    // As it was, a file of no interest, and a real change.
    writeFileSync(a, 'one')
    writeFileSync(file('c.ts'), 'new')
    writeFileSync(b, 'two')
    assert.equal(await first, [b])
    const second = changes.next()
    writeFileSync(file('new'), 'two')
    renameSync(file('new'), a)
    assert.equal(await second, [a])
  })

  test('tells of what came while nobody waited', async (context) => {
    const file = folderOf(context)
    const path = file('a.ts')
    writeFileSync(path, 'one')
    const changes = new SourceChanges(realClock)
    context.cleanup(() => changes.close())
    changes.follow([path])
    writeFileSync(path, 'two')
    assert.equal(await changes.next(), [path])
    rmSync(path)
    assert.equal(await changes.next(), [path])
  })
})
