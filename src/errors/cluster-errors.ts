import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** The engine of a cluster cannot be reached, or is too old. */
export class EngineUnavailableError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_ENGINE_UNAVAILABLE', message, details)
  }
}

/** The engine of a cluster has refused something, or does not have what it should. */
export class EngineError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_ENGINE', message, details)
  }
}

/** A worker has gone on with a part of a job that another has taken over meanwhile: what it did since is nobody's. */
export class RegionFencedError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_REGION_FENCED', message, details)
  }
}

/** Nobody in the cluster has answered a call. */
export class NobodyAnsweredError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_NOBODY_ANSWERED', message, details)
  }
}

/** A pipeline has an operator that cannot be had across machines. */
export class NotDistributableError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_NOT_DISTRIBUTABLE', message, details)
  }
}

/** The process of a slot, which had a part of a job, ended before it was told to. */
export class SlotCrashedError extends MillraceError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('ERR_SLOT_CRASHED', message, details)
  }
}
