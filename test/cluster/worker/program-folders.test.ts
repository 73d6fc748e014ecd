import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProgramFolders } from '../../../src/cluster/worker/program-folders.ts'
import { fileInMemory } from '../../../src/remote/bundle/file-in-memory.ts'
import { realClock } from '../../../src/time/real-clock.ts'
import { MemoryEngine } from '../../support/cluster/memory-engine.ts'
import { suite, type TestContext } from '../../support/suite.ts'

const setUp = async ({ cleanup }: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-folders-'))
  cleanup(() => rmSync(folder, { recursive: true, force: true }))
  const { files } = await new MemoryEngine().connect()
  const program = [
    fileInMemory('program.mjs', 'export {}'),
    fileInMemory('data/words.txt', 'ape'),
    fileInMemory('data/same.txt', 'ape'),
  ]
  for (const { hash, content } of program) await files.put(hash, content as Uint8Array)
  let fetched = 0
  const counted = {
    ...files,
    get: (hash: string) => {
      fetched++
      return files.get(hash)
    },
  }
  return { folder, files, counted, program, fetched: () => fetched }
}

suite('ProgramFolders', (test) => {
  test('makes a folder of its own each time, of files that are fetched once', async (context) => {
    const { folder, counted, program, fetched } = await setUp(context)
    const folders = await ProgramFolders.open(counted, realClock, folder)
    const [one, two] = [await folders.make(program), await folders.make(program)]
    assert.notEqual(one, two)
    assert.equal(fetched(), 2)
    writeFileSync(join(one, 'data/words.txt'), 'changed by the program')
    assert.equal(readFileSync(join(two, 'data/words.txt'), 'utf8'), 'ape')
    assert.equal(readFileSync(join(await folders.make(program), 'data/words.txt'), 'utf8'), 'ape')
    await folders.discard(one)
    assert.equal(existsSync(one), false)
    await folders.close()
    const again = await ProgramFolders.open(counted, realClock, folder)
    await again.make(program)
    assert.equal(fetched(), 2)
  })

  test('leaves nothing behind where it was given no folder', async (context) => {
    const { counted, program } = await setUp(context)
    const folders = await ProgramFolders.open(counted, realClock, null)
    const made = await folders.make(program)
    assert.equal(existsSync(join(made, 'program.mjs')), true)
    await folders.close()
    assert.equal(existsSync(join(made, '../..')), false)
  })

  test('says which file is not there, and leaves no half of a program', async (context) => {
    const { folder, files, program } = await setUp(context)
    await files.delete(program[0]!.hash)
    const folders = await ProgramFolders.open(files, realClock, folder)
    await assert.rejects(folders.make(program), { name: 'EngineError', message: /does not have a file/ })
    assert.deepEqual(readdirSync(join(folder, 'work')), [])
  })

  test('writes nothing outside of its folder', async (context) => {
    const { folder, files, program } = await setUp(context)
    const folders = await ProgramFolders.open(files, realClock, folder)
    const outside = [{ ...program[0]!, path: '../outside.mjs' }]
    await assert.rejects(folders.make(outside), { name: 'EngineError', message: /outside of its folder/ })
  })
})
