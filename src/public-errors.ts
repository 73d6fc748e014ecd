// Every error class of the library, as `millrace` exports them.

export { MillraceError, type ErrorDetails } from './errors/millrace-error.ts'
export type { DefinitionSite } from './errors/definition-site.ts'
export {
  CheckpointCorruptError,
  CheckpointNotFoundError,
  CheckpointStoreError,
  CheckpointTimeoutError,
  SourcePositionError,
  StateMappingError,
  StateVersionError,
} from './errors/checkpoint-errors.ts'
export { BundleError, NativeModuleError } from './errors/bundle-errors.ts'
export {
  ApiError,
  ClientClosedError,
  JobDeletedError,
  ProtocolError,
  ServerUnreachableError,
  WaitTimeoutError,
} from './client/client-errors.ts'
export {
  ForbiddenError,
  ForeignJobError,
  JobActiveError,
  JobNotFoundError,
  JobNotRunningError,
  QueueFullError,
  ServerBusyError,
  StoreError,
  UnauthenticatedError,
  UploadTooLargeError,
} from './errors/job-server-errors.ts'
export { JobOutOfMemoryError, JobProcessError, JobUnresponsiveError } from './errors/job-process-errors.ts'
export { GraphMismatchError, ProgramError } from './errors/program-errors.ts'
export type { JobInfo, JobSummary, LogLine, CheckpointInfo, ProcessInfo } from './protocol/job-info.ts'
export type { ForeignDetails, JobCost } from './protocol/foreign-details.ts'
export type { Health } from './protocol/answers.ts'
export type { WireError } from './protocol/wire-error.ts'
export type { ClientRetry } from './client/client-options.ts'
export { InvalidArgumentError } from './errors/invalid-argument-error.ts'
export { InvalidGraphError } from './errors/invalid-graph-error.ts'
export { OperatorError } from './errors/operator-error.ts'
export { TerminalError } from './errors/terminal-error.ts'
export {
  CollectOverflowError,
  EmitOverflowError,
  LoopOverflowError,
  SourceOverflowError,
} from './errors/overflow-errors.ts'
export {
  RecordNotPortableError,
  ThreadLostError,
  ThreadStartError,
  ThreadUnresponsiveError,
} from './errors/thread-errors.ts'
export {
  EngineError,
  EngineUnavailableError,
  NobodyAnsweredError,
  NotDistributableError,
  RegionFencedError,
  SlotCrashedError,
} from './errors/cluster-errors.ts'
export { RecordTimeoutError } from './errors/record-timeout-error.ts'
export { TimestampError } from './errors/timestamp-error.ts'
export { SchemaError } from './errors/schema-error.ts'
export { StateSaveError } from './errors/state-save-error.ts'
export {
  NotCloneableError,
  ServiceCrashedError,
  ServiceCycleError,
  ServiceLostError,
  ServiceStartError,
  ServiceTimeoutError,
  ServiceUnavailableError,
} from './errors/service-errors.ts'
export {
  HttpError,
  type HttpErrorDetails,
  MissingDependencyError,
  WatchError,
  WebSocketError,
} from './errors/connector-errors.ts'
