/** Whether an id can be a part of a URL's path: dots lead elsewhere, escaped or not, and so does nothing at all. */
export function isPathPart(id: string): boolean {
  return id !== '' && id !== '.' && id !== '..' && !/\p{Surrogate}/u.test(id)
}
