export { type EventQuery, JobManagerClient } from './job-manager-client.ts'
export type { ClientFetch, ClientOptions, ClientRetry } from './client-options.ts'
export type { CallOptions } from './transport.ts'
export type { JobsApi } from './jobs-api.ts'
export type {
  CollectedOptions,
  DeleteJobOptions,
  HistoryOptions,
  JobListQuery,
  LogFilter,
  LogQuery,
  PageQuery,
  RestartJobOptions,
  StopJobOptions,
  SubmitJobOptions,
  SyncJobsOptions,
} from './jobs-options.ts'
export type { FilesApi, UploadOptions, UploadProgress } from './files-api.ts'
export type { FileContent } from './file-content.ts'
export type { ProgressApi } from './progress-api.ts'
export type { ProvidersApi } from './providers-api.ts'
export type { DeadLetterQuery, DeadLettersApi } from './dead-letters-api.ts'
export type { TapsApi } from './taps-api.ts'
export type { TokensApi } from './tokens-api.ts'
export type { WebhookDeliveryQuery, WebhooksApi } from './webhooks-api.ts'
export type { EventsOptions, FeedNotice, GapNotice } from './job-events.ts'
export type { LogsOptions } from './follow-logs.ts'
export type { WaitOptions } from './wait-for-end.ts'

export {
  ApiError,
  ClientClosedError,
  JobDeletedError,
  ProtocolError,
  ServerUnreachableError,
  WaitTimeoutError,
} from './client-errors.ts'
export {
  ForbiddenError,
  ForeignJobError,
  HashMismatchError,
  IdempotencyConflictError,
  InvalidCursorError,
  JobActiveError,
  JobNotFoundError,
  JobNotRunningError,
  MissingFilesError,
  QueueFullError,
  ServerBusyError,
  StoreError,
  UnauthenticatedError,
  UploadTooLargeError,
} from '../errors/job-server-errors.ts'
export {
  CheckpointCorruptError,
  CheckpointNotFoundError,
  CheckpointStoreError,
  CheckpointTimeoutError,
} from '../errors/checkpoint-errors.ts'
export type { DefinitionSite } from '../errors/definition-site.ts'
export {
  JobOutOfMemoryError,
  JobProcessError,
  JobUnresponsiveError,
  NothingCollectedError,
} from '../errors/job-process-errors.ts'
export { TapNotFoundError } from '../errors/tap-errors.ts'
export {
  WebhookAddressError,
  WebhookDisabledError,
  WebhookLimitError,
  WebhookNotFoundError,
} from '../errors/webhook-subscription-errors.ts'
export { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
export { type ErrorDetails, MillraceError } from '../errors/millrace-error.ts'
export { StateSaveError } from '../errors/state-save-error.ts'
export { IllegalTransitionError } from '../job/illegal-transition-error.ts'

export type { JobResult, NodeResult, RestartCause, ServiceResult } from '../job/job-result.ts'
export { isActive, isSettled, type JobStatus } from '../job/job-status.ts'
export type { JobProgress, JobSourceProgress } from '../runtime/metrics/job-metrics.ts'
export type {
  CheckpointList,
  Health,
  LogPage,
  NewToken,
  TokenInfo,
  TokenRequest,
} from '../protocol/answers.ts'
export type { EventGap, EventPage, JobEvent } from '../protocol/job-event.ts'
export type { HistoryLatency, HistoryPoint, JobHistory } from '../protocol/job-history.ts'
export type {
  CheckpointInfo,
  JobInfo,
  JobSummary,
  JobTransition,
  LogLine,
  LogStream,
  ProcessInfo,
} from '../protocol/job-info.ts'
export type { ForeignDetails, JobCost } from '../protocol/foreign-details.ts'
export type { JobList } from '../protocol/job-list.ts'
export type { ProviderInfo, RefreshReport, SyncResult } from '../protocol/provider-info.ts'
export type { JobSort, JobSortKey } from '../protocol/job-sort.ts'
export type { Page } from '../protocol/page.ts'
export type {
  DeadLetterCounts,
  DeadLetterDetail,
  DeadLetterInfo,
  DeadLetterPage,
  LetterChoice,
  LetterObstacle,
  LettersDone,
  LetterState,
  OperatorLetters,
} from '../protocol/dead-letters.ts'
export type { TapList } from '../protocol/taps.ts'
export type { TapBatch, TapPoint, TappedRecord } from '../runtime/taps/tap-point.ts'
export type {
  InlineProgress,
  OperatorReport,
  ProgressList,
  ProgressOrigin,
  ProgressRate,
  ProgressReport,
  SourceReport,
} from '../protocol/progress-report.ts'
export type { BackgroundTaskInfo, Scope, ServerInfo, WhoAmI } from '../protocol/server-info.ts'
export type {
  JobOptions,
  JobOptionsInput,
  Program,
  ProgramFile,
  SubmissionInput,
} from '../protocol/submission.ts'
export type {
  WebhookAttempt,
  WebhookDelivery,
  WebhookDeliveryDetails,
  WebhookDeliveryStatus,
} from '../protocol/webhook-delivery.ts'
export type { WebhookMessage } from '../protocol/webhook-message.ts'
export type {
  NewWebhookSubscription,
  WebhookEvent,
  WebhookFilter,
  WebhookSubscription,
  WebhookSubscriptionChange,
  WebhookSubscriptionRequest,
} from '../protocol/webhook-subscription.ts'
export type { WireError } from '../protocol/wire-error.ts'
export type { Clock } from '../time/clock.ts'
