import { excerpt } from '../errors/excerpt.ts'
import type { ErrorPolicy } from '../functions/error-policy.ts'
import { checkErrorPolicy } from './check-error-policy.ts'
import type { OperatorPlacement } from '../functions/operator-options.ts'
import { checkMilliseconds, checkPositiveInteger } from './check-number.ts'
import { invalidArgument } from './invalid-argument.ts'
import { isCallKind, type NodeOptions } from './node-draft.ts'
import { checkOptionNames, type OptionNames } from './option-names.ts'
import { checkPlacement } from './check-placement.ts'
import type { TransformationKind } from './transformation.ts'

/** Options that were checked, with defaults filled in; what has no default and was not given is absent. */
export interface CheckedOptions {
  readonly name: string
  readonly onError: ErrorPolicy
  readonly parallelism?: number
  readonly uid?: string
  readonly placement?: OperatorPlacement
  readonly transfer?: boolean
  readonly concurrency?: number
  readonly ordered?: boolean
  readonly timeout?: number
}

const common: OptionNames = ['name', 'parallelism', 'uid', 'onError', 'placement', 'transfer']
const ofCalls: OptionNames = [...common, 'concurrency', 'ordered', 'timeout']
const noOptions: NodeOptions = Object.freeze({})

/**
 * @param own names of options that only this operator has: whoever made the draft has checked their values.
 * @throws InvalidArgumentError when an option is not known or can never work. `defaultName` names the operator in the
 * message, and in the graph when the user gave none.
 */
export function checkOptions(
  kind: TransformationKind,
  defaultName: string,
  options: NodeOptions = noOptions,
  own: OptionNames = [],
): CheckedOptions {
  if (options === noOptions) return standardOptions(kind, defaultName)
  if (typeof options !== 'object' || options === null) {
    throw invalidArgument(
      defaultName,
      `the options of ${kind} must be an object, got ${excerpt(options)}`,
      `pass options as the last argument, such as { name: '${defaultName}' }`,
    )
  }
  const name = options.name === undefined ? defaultName : checkName(defaultName, 'name', options.name)
  checkOptionNames(name, kind, options, [...(isCallKind(kind) ? ofCalls : common), ...own])
  const { parallelism, uid, placement, transfer } = options
  const onError = checkErrorPolicy(name, options.onError)
  if (onError !== 'fail' && (kind === 'source' || kind === 'pipe')) {
    throw invalidArgument(
      name,
      `a ${kind} knows no error policy but 'fail'`,
      `leave onError out, and handle errors inside the ${kind}: there is no record to set aside`,
    )
  }
  return {
    name,
    onError,
    ...(parallelism === undefined
      ? {}
      : { parallelism: checkPositiveInteger(name, 'parallelism', parallelism) }),
    ...(uid === undefined ? {} : { uid: checkName(name, 'uid', uid) }),
    ...(placement === undefined ? {} : { placement: checkPlacement(name, placement) }),
    ...(transfer === undefined ? {} : { transfer: checkFlag(name, 'transfer', transfer) }),
    ...(isCallKind(kind) ? checkCallOptions(name, options) : {}),
  }
}

/** What is meant where none are given. */
function standardOptions(kind: TransformationKind, name: string): CheckedOptions {
  return isCallKind(kind)
    ? { name, onError: 'fail', concurrency: 1, ordered: true }
    : { name, onError: 'fail' }
}

function checkCallOptions(operator: string, options: NodeOptions): Partial<CheckedOptions> {
  const { concurrency = 1, ordered = true, timeout } = options
  return {
    concurrency: checkPositiveInteger(operator, 'concurrency', concurrency),
    ordered: checkFlag(operator, 'ordered', ordered),
    ...(timeout === undefined ? {} : { timeout: checkMilliseconds(operator, 'timeout', timeout) }),
  }
}

function checkFlag(operator: string, what: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw invalidArgument(operator, `${what} must be a boolean, got ${excerpt(value)}`, 'pass true or false')
}

/** @throws InvalidArgumentError unless `value` is a string with something in it besides blanks. */
export function checkName(operator: string, what: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value
  throw invalidArgument(
    operator,
    `${what} must be a non-empty string, got ${excerpt(value)}`,
    `pass a ${what} or leave it out`,
  )
}
