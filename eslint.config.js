import { defineConfig, globalIgnores } from 'eslint/config'
import rxjs from 'eslint-plugin-rxjs-x'
import typescript from 'typescript-eslint'
import { architecture } from './lint/architecture.js'

export default defineConfig(
  globalIgnores(['.cache', 'dist', 'coverage', 'temp', 'api', 'templates']),
  architecture,
  {
    files: ['**/*.ts', 'src/page/**/*.tsx'],
    extends: [typescript.configs.recommendedTypeChecked, rxjs.configs.recommended],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowNullish: true },
      ],
      // A function may be async for its contract only, and what users throw is theirs.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      'rxjs-x/throw-error': 'off',
      // An index read that the code knows to be in bounds is written with `!`.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['src/**/*.ts', 'src/page/**/*.tsx'],
    rules: {
      'no-console': 'error',
      eqeqeq: ['error', 'always'],
      'rxjs-x/no-exposed-subjects': 'error',
      'rxjs-x/no-ignored-error': 'error',
    },
  },
  {
    // Tests and benchmarks look at what users may not see, and stub what they do not need.
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
)
