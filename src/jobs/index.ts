export { type RunningJobManager, startJobManager, type StartJobManagerOptions } from './start-job-manager.ts'
export type {
  EventLog,
  JobManager,
  DeadLetters,
  LiveTaps,
  ManagerStatus,
  ProgramFiles,
  RestartDetails,
  SubmitAnswer,
  SubmitDetails,
} from './job-manager.ts'
export type { LetterQuery } from './dead-letters/dead-letter-store.ts'
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
export type { TapBatch, TapPoint, TappedRecord } from '../runtime/taps/tap-point.ts'
export type { BackgroundOptions, BackgroundTask } from './background-options.ts'
export { defaultStageRules } from './progress/default-stage-rules.ts'
export type { ForeignJobs, ProviderFigures, RefreshOptions, SyncOptions } from './foreign/foreign-jobs.ts'
export type { RetentionOptions } from './supervisor/job-manager-options.ts'
export type { OutgoingWebhookOptions } from './webhooks/outgoing/outgoing-webhooks.ts'
export type { ServerLimits } from './server/server-limits.ts'
export type { JobQuery, LogPage, PageQuery } from './store/job-store.ts'

export type {
  JobProvider,
  ListQuery,
  LogQuery,
  ObservedJob,
  ObservedLine,
  ObservedPage,
  ProviderCall,
  ProviderCapabilities,
} from '../providers/job-provider.ts'
export { createProvider, type ProviderContext } from '../providers/create-provider.ts'
export type {
  CommonProviderConfig,
  GenericProviderConfig,
  MillraceProviderConfig,
  ProviderConfig,
  ProviderType,
  ProviderWebhookConfig,
  RayProviderConfig,
  ReplicateProviderConfig,
  TokenConfig,
} from '../providers/config/provider-config.ts'
export type { SecretSources } from '../providers/config/secrets.ts'
export type {
  FieldPath,
  GenericCancel,
  GenericFields,
  GenericGet,
  GenericList,
  GenericLogs,
  GenericNext,
  GenericParts,
} from '../providers/generic/generic-config.ts'
export type { BreakerState } from '../providers/guard/breaker.ts'
export type { BreakerOptions, GuardOptions, GuardRetry } from '../providers/guard/guard-options.ts'
export { type GuardContext, GuardedProvider } from '../providers/guard/guarded-provider.ts'
export type { ProviderFetch } from '../providers/wire/provider-http.ts'
export type { ForeignDetails, JobCost } from '../protocol/foreign-details.ts'
export type { ProviderInfo, RefreshReport, SyncResult } from '../protocol/provider-info.ts'
export type { StageRule } from '../protocol/progress-stage-rule.ts'

export {
  ProviderAnswerError,
  ProviderBusyError,
  ProviderCannotError,
  ProviderClosedError,
  type ProviderErrorDetails,
  ProviderJobNotFoundError,
  ProviderNotFoundError,
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../errors/provider-errors.ts'
export { DataFolderInUseError } from '../errors/daemon-errors.ts'
export { ListenError, TokenRequiredError } from '../errors/start-server-errors.ts'
export {
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
  UploadTooLargeError,
} from '../errors/job-server-errors.ts'
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
export { IllegalTransitionError } from '../job/illegal-transition-error.ts'

export type { JobResult, NodeResult, RestartCause, ServiceResult } from '../job/job-result.ts'
export type { JobStatus } from '../job/job-status.ts'
export type { JobProgress, JobSourceProgress } from '../runtime/metrics/job-metrics.ts'
export type { JobEvent, ProgressNotice } from '../protocol/job-event.ts'
export type {
  CheckpointInfo,
  JobInfo,
  JobSummary,
  JobTransition,
  LogLine,
  ProcessInfo,
} from '../protocol/job-info.ts'
export type { JobSort, JobSortKey } from '../protocol/job-sort.ts'
export type { Page } from '../protocol/page.ts'
export type { JobOptions, Program, ProgramFile, Submission } from '../protocol/submission.ts'
export type { WireError } from '../protocol/wire-error.ts'
export type { DefinitionSite } from '../errors/definition-site.ts'
export type { RestartStrategy } from '../functions/restart-strategy.ts'
export type { Logger } from '../functions/logger.ts'
export type { Clock } from '../time/clock.ts'
