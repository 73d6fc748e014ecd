/** A program of somebody who has the OpenAPI document, and a client that was generated from it. */
export const generatedClientProgram = `
import { createHash } from 'node:crypto'
import { createClient } from './client/client/index.js'
import * as api from './client/index.js'

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

export async function drive(baseUrl: string, auth: string): Promise<string[]> {
  const done: string[] = []
  const client = createClient({ baseUrl, auth, throwOnError: true })
  const main = 'export const main = 1'

  const { data: server } = await api.getServer({ client, throwOnError: true })
  done.push(\`jobs \${server.jobs}, uploads up to \${server.limits.uploadBytes}\`)
  const { data: health } = await api.isReady({ client, throwOnError: true })
  done.push(health.status)

  const hashes = [hash(main)]
  const { data: { missing } } = await api.findMissingFiles({ client, body: { hashes }, throwOnError: true })
  for (const file of missing) {
    await api.uploadFile({ client, path: { hash: file }, body: new Blob([main]), throwOnError: true })
  }
  done.push(\`\${missing.length} uploaded\`)

  const abort = new AbortController()
  const { stream } = await api.streamEvents({ client, query: { since: 0 }, signal: abort.signal })

  const body: api.Submission = {
    name: 'generated',
    program: {
      entry: 'main.js',
      files: [{ path: 'main.js', hash: hash(main), size: main.length }],
      ordinal: 0,
      graphHash: hash('graph'),
      millrace: '1.0.0',
    },
    options: { priority: 5, restart: { type: 'fixed-delay', attempts: null, delay: 100 } },
  }
  const headers = { 'idempotency-key': 'generated-1' }
  const { data: job, response } = await api.submitJob({ client, body, headers, throwOnError: true })
  const again = await api.submitJob({ client, body, headers, throwOnError: true })
  done.push(\`\${response.status} \${job.status} at \${job.position}, again \${again.response.status} \${again.data.id === job.id}\`)

  const path = { id: job.id }
  const status: api.JobStatus[] = ['queued', 'running']
  const { data: page } = await api.listJobs({ client, query: { status, name: 'gener', limit: 10 }, throwOnError: true })
  done.push(\`\${page.total} in the list\`)
  const { data: stopped } = await api.stopJob({ client, path, throwOnError: true })
  const { data: queued } = await api.continueJob({ client, path, throwOnError: true })
  const { data: cancelled } = await api.cancelJob({ client, path, throwOnError: true })
  done.push([stopped, queued, cancelled].map((info) => info.status).join())
  const { data: transitions } = await api.listTransitions({ client, path, throwOnError: true })
  done.push(transitions.items.map(({ from, to }) => \`\${from}>\${to}\`).join())
  const { data: log } = await api.readLog({ client, path, query: { after: 0, limit: 10 }, throwOnError: true })
  const { data: checkpoints } = await api.listCheckpoints({ client, path, throwOnError: true })
  done.push(\`\${log.lines.length} lines, \${checkpoints.items.length} checkpoints\`)
  const node = { client, path: { ...path, node: 'n1' }, throwOnError: true } as const
  // The generated check takes bytes for a string.
  const { data: collected } = await api.readCollected({ ...node, responseValidator: async (data) => data })
  done.push(await (collected as Blob).text())

  const { data: token } = await api.createToken({ client, body: { name: 'other', scopes: ['read'] }, throwOnError: true })
  const { data: tokens } = await api.listTokens({ client, throwOnError: true })
  const reader = createClient({ baseUrl, auth: token.token })
  const refused = await api.cancelJob({ client: reader, path })
  done.push(\`\${tokens.items.length} token, \${refused.response?.status} \${refused.error?.code}\`)
  await api.deleteToken({ client, path: { id: token.id }, throwOnError: true })

  const { data: metrics } = await api.getMetrics({ client, throwOnError: true })
  done.push(metrics.split('\\n', 1)[0]!)

  const conflict = await api.continueJob({ client, path, throwOnError: false })
  done.push(\`\${conflict.response?.status} \${conflict.error?.code}\`)
  await api.deleteJob({ client, path, throwOnError: true })
  const gone = await api.getJob({ client, path, throwOnError: false })
  done.push(\`\${gone.response?.status} \${gone.error?.code} \${gone.error?.title}\`)

  for await (const event of stream) {
    if (!('type' in event)) continue
    if (event.type === 'job_status_changed') done.push(\`\${event.id} \${event.transition.to} \${event.summary.name}\`)
    else done.push(\`\${event.id} \${event.type}\`)
    if (event.type === 'job_deleted') break
  }
  abort.abort()
  return done
}

// Types that are not there, or not so, would be seen here.
export function typed(job: api.Job): [string | null, number | undefined, api.Error | null, api.JobResult | null] {
  // @ts-expect-error there is no such status
  const none: api.JobStatus = 'sleeping'
  void none
  return [job.startedAt, job.process?.pid, job.error?.cause ?? null, job.result]
}
`
