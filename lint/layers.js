/** What runs a pipeline, without the environments that users see. */
const core = [
  'errors',
  'util',
  'time',
  'functions',
  'graph',
  'services',
  'runtime',
  'compiler',
  'stream',
  'job',
  'storage',
]

/**
 * Which folder of src may import which, from the inside out. Every folder may import itself, and only what its row
 * names. Files directly in src are entry points and may import every layer but `testing`.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const layers = {
  errors: [],
  util: ['errors'],
  time: ['errors', 'util'],
  functions: ['errors', 'util'],
  graph: ['errors', 'util', 'functions'],
  services: ['errors', 'util', 'time', 'functions'],
  job: ['errors', 'util', 'functions'],
  storage: ['errors', 'util', 'time', 'functions'],
  runtime: ['errors', 'util', 'time', 'functions', 'graph', 'services', 'job', 'storage'],
  compiler: ['errors', 'util', 'time', 'functions', 'graph', 'services', 'job', 'storage', 'runtime'],
  stream: ['errors', 'util', 'functions', 'graph'],
  environment: core,
  protocol: ['errors', 'util', 'functions', 'graph', 'job', 'runtime'],
  client: ['errors', 'util', 'time', 'job', 'runtime', 'protocol'],
  providers: ['errors', 'util', 'time', 'functions', 'job', 'runtime', 'protocol', 'client'],
  jobs: [
    'errors',
    'util',
    'time',
    'functions',
    'graph',
    'job',
    'runtime',
    'storage',
    'stream',
    'environment',
    'protocol',
    'client',
    'providers',
  ],
  remote: [...core, 'environment', 'protocol', 'client', 'providers', 'jobs'],
  cluster: [...core, 'environment', 'protocol', 'remote'],
  nats: ['errors', 'util', 'time', 'cluster'],
  connectors: [
    'errors',
    'util',
    'time',
    'functions',
    'graph',
    'services',
    'runtime',
    'compiler',
    'stream',
    // That of JetStream speaks to the servers as the engine does.
    'nats',
  ],
  ray: ['errors', 'util', 'time', 'functions', 'services', 'connectors', 'cluster'],
  cli: [
    ...core,
    'environment',
    'protocol',
    'client',
    'providers',
    'jobs',
    'remote',
    'cluster',
    'nats',
    'ray',
  ],
  testing: [...core, 'environment', 'connectors'],
  // It runs in a browser: of other layers it has types, and what is free of node.
  page: ['util', 'job', 'runtime', 'protocol'],
}

/** The layer of files directly in src. */
export const entryPoint = 'entry point'

/**
 * @param {string} from a layer, or `entryPoint`
 * @param {string} to
 * @returns {boolean}
 */
export const mayImport = (from, to) => {
  if (from === to) return true
  if (from === entryPoint) return to !== 'testing'
  return layers[from]?.includes(to) ?? false
}
