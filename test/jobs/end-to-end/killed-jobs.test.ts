import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import type { StartedProcess } from '../../../src/jobs/supervisor/job-folder.ts'
import { isStillThere } from '../../../src/jobs/supervisor/leftover-process.ts'
import { suite } from '../../support/suite.ts'
import { windowCounts, windowCountsOf } from './pipelines/window-counts.ts'
import { linesIn, programOptions, Scene } from './support/scene.ts'

/** Kills go on for this long, with MILLRACE_KILL_SECONDS; a few otherwise. */
const SECONDS = Number(process.env['MILLRACE_KILL_SECONDS'] ?? 0)
const KILLS = SECONDS === 0 ? 4 : Infinity
const RECORDS = SECONDS === 0 ? 30_000 : 200_000

/** Milliseconds between two kills at most: some hit a process before it has begun to run, and some after. */
const SPAN = SECONDS === 0 ? 1_500 : 4_000

suite('processes of jobs that are killed at any moment', (test) => {
  test(
    'leave exact results, no process and a database that is in order',
    { timeout: 170_000 + SECONDS * 3_000 },
    async (context) => {
      const scene = await Scene.open(context, { maxRunning: 2 })
      const started = performance.now()
      const isTime = (): boolean => performance.now() - started < SECONDS * 1_000
      const sum = { rounds: 0, kills: 0, restarts: 0 }
      do {
        const { kills, restarts } = await round(scene, sum.rounds++)
        sum.kills += kills
        sum.restarts += restarts
        // Chance may have it that jobs are over before the first kill.
      } while (isTime() || sum.restarts === 0)
      assert.ok(sum.restarts <= sum.kills, JSON.stringify(sum))
      if (SECONDS > 0) console.log(JSON.stringify(sum))
    },
  )
})

/** Two jobs at a time, until both are completed. */
async function round(
  { folder, port, data, client }: Scene,
  n: number,
): Promise<{ kills: number; restarts: number }> {
  let isOver = false
  let kills = 0
  const jobs = ['a', 'b'].map(async (name) => {
    const output = join(folder, `out ${n} ${name}`)
    const settings = { records: RECORDS, output, pace: 1 }
    const env = windowCounts(settings, { port, ...programOptions('window-counts', settings) })
    const { status, jobId } = await env.submit({ autostop: true })
    await env.close()
    assert.is(status, 'completed')
    assert.equal(linesIn(output), windowCountsOf(RECORDS), `of job ${jobId}`)
    return (await client.jobs.get(jobId)).restarts
  })
  const all = Promise.all(jobs).finally(() => (isOver = true))
  while (!isOver && kills < KILLS) {
    await Promise.race([all, delay(Math.random() * SPAN)])
    const { items } = await client.jobs.list({ status: ['running', 'stopping', 'restarting'] })
    const victim = items[Math.floor(Math.random() * items.length)]
    if (victim !== undefined && killProcess(join(data, 'jobs', victim.id, 'process.json'))) kills++
  }
  const restarts = await all
  return { kills, restarts: restarts.reduce((a, b) => a + b) }
}

/** Not its group: what it has started is the server's business. */
function killProcess(file: string): boolean {
  try {
    const started = JSON.parse(readFileSync(file, 'utf8')) as StartedProcess
    return isStillThere(started) && process.kill(started.pid, 'SIGKILL')
  } catch {
    // It has not been started, or is gone already.
    return false
  }
}
