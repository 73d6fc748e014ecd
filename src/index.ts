export { LocalEnvironment } from './environment/local-environment.ts'
export { END } from './functions/user-functions.ts'
