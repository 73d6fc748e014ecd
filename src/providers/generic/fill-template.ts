/**
 * The URL below a base, with what stands in braces filled in, escaped. A parameter of the query in which something is
 * missing is left out.
 */
export function fillTemplate(
  base: URL,
  template: string,
  values: Readonly<Record<string, string | undefined>>,
): URL {
  const [path = '', ...rest] = template.replace(/^\/+/, '').split('?')
  const parameters = rest
    .join('?')
    .split('&')
    .filter(
      (parameter) => parameter !== '' && placesIn(parameter).every((name) => values[name] !== undefined),
    )
  const query = parameters.length === 0 ? '' : `?${parameters.join('&')}`
  const filled = `${path}${query}`.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(values[name] ?? ''),
  )
  return new URL(`./${filled}`, base)
}

function placesIn(text: string): readonly string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string)
}
