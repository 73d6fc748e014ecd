import { expectTypeOf } from 'expect-type'
import type { Observable } from 'rxjs'
import {
  type GapNotice,
  type HistoryPoint,
  type InlineProgress,
  type JobEvent,
  type JobHistory,
  type JobInfo,
  type JobList,
  JobManagerClient,
  type JobProgress,
  type JobSummary,
  type LogLine,
  type Page,
  type ProgressList,
  type ProgressReport,
  type ProviderInfo,
  type SyncResult,
  type WebhookDelivery,
  type WebhookSubscription,
} from '../../src/client/index.ts'

const client = new JobManagerClient({ host: '127.0.0.1', port: 19_001, token: 'secret' })

expectTypeOf(client.jobs.list()).resolves.toEqualTypeOf<JobList>()
expectTypeOf(client.jobs.list()).resolves.toExtend<Page<JobSummary>>()
expectTypeOf(client.jobs.sync({ provider: 'ray', limit: 5 })).resolves.toEqualTypeOf<SyncResult>()
expectTypeOf(client.jobs.refresh('id')).resolves.toEqualTypeOf<JobInfo>()
expectTypeOf(client.providers.list()).resolves.toEqualTypeOf<readonly ProviderInfo[]>()
// @ts-expect-error names of providers are a list
void client.jobs.list({ provider: 'ray' })
expectTypeOf(client.jobs.listAll()).toExtend<AsyncIterable<JobSummary>>()
expectTypeOf(client.jobs.history('id')).resolves.toEqualTypeOf<JobHistory>()
expectTypeOf<HistoryPoint['read']>().toEqualTypeOf<number | null>()
// @ts-expect-error times are ISO 8601
void client.jobs.history('id', { since: 5 })
expectTypeOf(client.waitForEnd('id')).resolves.toEqualTypeOf<JobInfo>()
expectTypeOf(client.job$('id')).toEqualTypeOf<Observable<JobInfo>>()
expectTypeOf(client.progress$('id')).toEqualTypeOf<Observable<JobProgress>>()
expectTypeOf(client.logs$('id')).toEqualTypeOf<Observable<LogLine>>()
expectTypeOf(client.followLogs('id')).toExtend<AsyncIterable<LogLine>>()
expectTypeOf(client.jobs.collected('id', 'node')).resolves.toEqualTypeOf<Uint8Array>()

// An event's type tells what else it has.
client.events$().subscribe((event) => {
  expectTypeOf(event).toEqualTypeOf<JobEvent | GapNotice>()
  if (event.type === 'gap') expectTypeOf(event.firstKept).toBeNumber()
  else if (event.type === 'job_status_changed') expectTypeOf(event.transition.cause).toBeString()
  // @ts-expect-error a gap is of no job
  void event.job
})

// What has a default may be left out of a submission.
void client.jobs.submit({
  name: 'licences',
  program: { entry: 'main.js', files: [], ordinal: 0, graphHash: '', millrace: '' },
})
// @ts-expect-error a program is needed
void client.jobs.submit({ name: 'licences' })
// @ts-expect-error there is no such status
void client.jobs.list({ status: ['done'] })
// @ts-expect-error a token is for something
void client.tokens.create({ name: 'ci' })
void client.tokens.create({ name: 'ci', scopes: ['read'] })

expectTypeOf(client.progress.inline('id')).resolves.toEqualTypeOf<InlineProgress>()
expectTypeOf(client.progress.of(['id'])).resolves.toEqualTypeOf<ProgressList>()
expectTypeOf(client.progress.follow('id')).toExtend<AsyncIterable<ProgressReport>>()

expectTypeOf(client.webhooks.list()).resolves.toEqualTypeOf<readonly WebhookSubscription[]>()
expectTypeOf(client.webhooks.deliveries()).resolves.toEqualTypeOf<Page<WebhookDelivery>>()
expectTypeOf(client.webhooks.create({ url: 'https://example.com' })).resolves.toExtend<{ secret: string }>()
// @ts-expect-error only a new one has its secret
void client.webhooks.get('id').then(({ secret }) => void secret)
// @ts-expect-error there is no such event
void client.webhooks.create({ url: 'https://example.com', events: ['job_done'] })
// @ts-expect-error what is to be told needs a URL
void client.webhooks.create({ events: ['job_deleted'] })
void client.webhooks.update('id', { filter: { statuses: ['failed'] } })

void client.files.upload('hash', new Uint8Array(1))
void client.files.upload('hash', { path: 'main.js' }, { onProgress: ({ sent, total }) => sent / total })
// @ts-expect-error text has no bytes of its own
void client.files.upload('hash', 'main.js')
// @ts-expect-error its parts are made by the client
void (client.jobs = client.jobs)

expectTypeOf(client).toExtend<AsyncDisposable>()
