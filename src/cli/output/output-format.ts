/** How a command shows what it was asked for. `wide` is the table with all its columns, `name` an id a line. */
export const outputFormats = ['table', 'wide', 'json', 'yaml', 'ndjson', 'name'] as const

export type OutputFormat = (typeof outputFormats)[number]
