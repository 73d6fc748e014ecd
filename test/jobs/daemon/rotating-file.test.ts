import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { RotatingFile } from '../../../src/jobs/daemon/rotating-file.ts'
import { suite } from '../../support/suite.ts'

const describeLost = (lines: number): string => `${lines} lost\n`

suite('RotatingFile', (test) => {
  const inFolder = (work: (path: string, folder: string) => void): void => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-log-'))
    try {
      work(join(folder, 'server.log'), folder)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  test('keeps the newest lines in order, in files of at most the size, whatever is written', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 60 }),
        fc.integer({ min: 0, max: 3 }),
        fc.array(fc.boolean(), { maxLength: 60 }),
        (lengths, keep, reopens) =>
          inFolder((path, folder) => {
            const lines = lengths.map((length, i) => `${i}`.padEnd(length, '.') + '\n')
            let file = new RotatingFile(path, { maxBytes: 100, keep, describeLost })
            for (const [i, line] of lines.entries()) {
              file.write(line)
              if (reopens[i] !== true) continue
              file.close()
              file = new RotatingFile(path, { maxBytes: 100, keep, describeLost })
            }
            file.close()
            const names = readdirSync(folder).sort().reverse()
            const contents = names.map((name) => readFileSync(join(folder, name), 'utf8'))
            assert.ok(lines.join('').endsWith(contents.join('')))
            assert.ok(names.length <= keep + 1)
            for (const content of contents) assert.ok(content.length <= 100)
            if (lines.length > 0) assert.ok(contents.at(-1)!.endsWith(lines.at(-1)!))
            if (lines.join('').length <= 100) assert.is(contents.join(''), lines.join(''))
          }),
      ),
    ))

  test('has one file where none is kept', () =>
    inFolder((path, folder) => {
      const file = new RotatingFile(path, { maxBytes: 4, keep: 0, describeLost })
      for (const line of ['one\n', 'two\n']) file.write(line)
      file.close()
      assert.equal(readdirSync(folder), ['server.log'])
      assert.is(readFileSync(path, 'utf8'), 'two\n')
    }))

  test('loses lines that nothing takes, says how many, and goes on', () =>
    inFolder((_, folder) => {
      const blocked = join(folder, 'blocked')
      writeFileSync(blocked, 'a file where a folder should be')
      const file = new RotatingFile(join(blocked, 'server.log'), { describeLost })
      for (const line of ['one\n', 'two\n']) file.write(line)
      rmSync(blocked)
      for (const line of ['three\n', 'four\n']) file.write(line)
      file.close()
      assert.is(readFileSync(join(blocked, 'server.log'), 'utf8'), '2 lost\nthree\nfour\n')
    }))
})
