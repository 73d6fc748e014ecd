/** Freezes plain data, all the way down; what is frozen is taken to be so throughout. It must have no getters. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) if (typeof item === 'object') deepFreeze(item)
  } else {
    for (const key in value) if (typeof value[key] === 'object') deepFreeze(value[key])
  }
  return Object.freeze(value)
}
