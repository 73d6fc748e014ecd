/** Shorter ones would black out half of every text. */
const SHORTEST = 4

/** Replaces the values of secrets wherever they stand in a text. */
export type Redact = (text: string) => string

export function redactor(secrets: Readonly<Record<string, string>>): Redact {
  // A text is a line at most, so a secret of several lines is looked for line by line.
  const values = Object.values(secrets)
    .flatMap((value) => [value, ...value.split(/\r?\n/)])
    .map((value) => value.trim())
    .filter((value) => value.length >= SHORTEST)
    .sort((a, b) => b.length - a.length)
  if (values.length === 0) return (text) => text
  return (text) => values.reduce((shown, value) => shown.replaceAll(value, '***'), text)
}
