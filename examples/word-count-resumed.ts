// Counts the words of a file in a process that is killed in the middle, and in another that goes on from the last
// checkpoint. The output is what one process would have written: no line is missing, and none is there twice.
//
//   node --import tsx examples/word-count-resumed.ts

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { readLines, writeLines } from '../src/connectors/files/index.ts'
import { FileCheckpointStore, LocalEnvironment } from '../src/index.ts'

const LINES = 40_000
const poem = ['tyger tyger burning bright', 'in the forests of the night']

/** One process: counts, and writes a line whenever a word has come ten thousand times more. */
async function count(folder: string): Promise<void> {
  const env = new LocalEnvironment('word-count', {
    checkpoints: { store: new FileCheckpointStore(join(folder, 'checkpoints')), interval: 50 },
  })
  let read = 0
  env
    .fromSource(readLines(join(folder, 'input.txt')), { name: 'read' })
    .throttle({ count: 1_000, interval: 25 }) // slow enough to be killed in the middle
    .tap(() => {
      if (++read % 1_000 === 0) process.send?.({ read })
    })
    .flatMap((line) => line.split(' '))
    .keyBy((word) => word)
    .scan((last, word) => ({ word, times: last.times + 1 }), { word: '', times: 0 })
    .filter(({ times }) => times % 10_000 === 0)
    .map(({ word, times }) => `${word} ${times}`)
    .sink(writeLines(join(folder, 'output.txt')))

  const { nodes } = await env.submit({ autostop: true, resume: 'latest' })
  process.send?.({ read, inAll: nodes.find(({ name }) => name === 'read')?.out })
}

/** Runs `count` in a process of its own, and kills that once it has read so many lines. */
async function start(folder: string, killAt: number): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), [folder])
  let told: { read: number; inAll?: number } = { read: 0 }
  child.on('message', (message) => {
    told = message as typeof told
    if (told.read >= killAt) child.kill('SIGKILL')
  })
  await once(child, 'exit')
  const { read, inAll } = told
  console.log(
    child.killed
      ? `killed after ${read} of ${LINES} lines`
      : `went on behind line ${Number(inAll) - read}, and read ${read} lines to the end`,
  )
}

const given = process.argv[2]
if (given !== undefined) {
  await count(given)
} else {
  const folder = await mkdtemp(join(tmpdir(), 'word-count-'))
  await writeFile(
    join(folder, 'input.txt'),
    Array.from({ length: LINES }, (_, i) => `${poem[i % 2]}\n`).join(''),
  )

  await start(folder, LINES / 2)
  await start(folder, Infinity)
  console.log((await readFile(join(folder, 'output.txt'), 'utf8')).trimEnd())
  await rm(folder, { recursive: true })
}
