import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import packed from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'
import { JobManagerClient } from '../../src/client/index.ts'
import { graphHash } from '../../src/graph/graph-hash.ts'
import { bundlePage } from '../../src/jobs/page/bundle-page.ts'
import { submissionSchema } from '../../src/protocol/submission.ts'
import { bundleProgram } from '../../src/remote/bundle/bundle-program.ts'
import { uploadFiles } from '../../src/remote/upload-files.ts'
import { report } from '../report/channel.ts'
import { endlessJob } from './first-paint-program.ts'
import { BenchServer } from './jobs-server.ts'

/** Milliseconds from the beginning of a navigation, without anything in the browser's caches. */
export interface Load {
  /** First contentful paint. */
  readonly paint: number
  /** Until what was asked for is shown. */
  readonly shown: number
}

export interface FirstPaintRound {
  /** A page of one word, from a server that does nothing else. */
  readonly empty: Load
  readonly list: Load
  /** Of a job that runs, with its graph. */
  readonly job: Load
}

export interface FirstPaintReport {
  /** The first load of all, from a server that has served the page to nobody yet. */
  readonly first: Load
  readonly rounds: readonly FirstPaintRound[]
}

const KEPT = 200

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } })

/** As the package has it: beside its scripts. */
async function buildPage(): Promise<void> {
  const out = fileURLToPath(new URL('../../', import.meta.url))
  const root = join(out, '../../..')
  for (const { path, bytes } of await bundlePage(join(root, 'src/page'))) {
    const file = join(out, 'src/page', path === '/' ? 'index.html' : path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
  }
}

async function emptyPage(): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html')
    response.end('<!doctype html><title>empty</title><p id="shown">empty</p>')
  })
  server.unref().listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function load(browser: Browser, url: string, wanted: string): Promise<Load> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  try {
    const page = await context.newPage()
    await page.goto(url, { waitUntil: 'commit' })
    const shown = await page.evaluate<number>(`new Promise((resolve) => {
      const look = () => {
        if (document.querySelector(${JSON.stringify(wanted)}) === null) requestAnimationFrame(look)
        else resolve(performance.now())
      }
      look()
    })`)
    const paint = await page.evaluate<number>(`new Promise((resolve) => new PerformanceObserver((list) => {
      for (const { name, startTime } of list.getEntries())
        if (name === 'first-contentful-paint') resolve(startTime)
    }).observe({ type: 'paint', buffered: true }))`)
    return { paint, shown }
  } finally {
    await context.close()
  }
}

await buildPage()
const bundle = await bundleProgram({
  entry: fileURLToPath(new URL('first-paint-entry.js', import.meta.url)),
  ...{ external: [], packages: [], assets: [] },
})
const submission = submissionSchema.parse({
  name: 'endless',
  program: {
    entry: bundle.entry,
    files: bundle.files.map(({ path, hash, size }) => ({ path, hash, size })),
    ordinal: 0,
    graphHash: graphHash(endlessJob().graph),
    millrace: '0.1.0',
  },
  autostop: true,
})
const empty = await emptyPage()
const server = await BenchServer.start(KEPT, submission)
const client = new JobManagerClient({ url: server.url })
const browser = await chromium.launch({
  executablePath: await packed.executablePath(),
  args: ['--no-sandbox', '--disable-gpu'],
})
try {
  await uploadFiles(client, bundle.files, { signal: new AbortController().signal })
  const { id } = await client.jobs.submit(submission)
  while ((await client.jobs.get(id)).progress === null) await delay(50)
  // So that what the browser does once is done.
  await load(browser, empty, '#shown')
  const first = await load(browser, server.url, 'tbody tr')
  const rounds: FirstPaintRound[] = []
  for (let round = 0; round < Number(values.rounds); round++) {
    rounds.push({
      empty: await load(browser, empty, '#shown'),
      list: await load(browser, server.url, 'tbody tr'),
      job: await load(browser, `${server.url}/jobs/${id}`, '.graph .node'),
    })
  }
  report({ first, rounds } satisfies FirstPaintReport)
  await client.jobs.cancel(id)
} finally {
  await browser.close()
  await client.close()
  await server.stop()
}
