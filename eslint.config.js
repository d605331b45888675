import tseslint from 'typescript-eslint'

/** Said once, refused everywhere but in the files that a block below names. */
const CLOCK = [
  ['NewExpression[callee.name="Date"][arguments.length=0]', 'Take the instant that is handed in (act.now); only kernel/time.ts asks the machine.'],
  ['CallExpression[callee.name="Date"]', 'Take the instant that is handed in (act.now); only kernel/time.ts asks the machine.'],
  ['MemberExpression[object.name="Date"][property.name="now"]', 'Take the instant that is handed in (act.now); only kernel/time.ts asks the machine.'],
  ['MemberExpression[object.name="Temporal"][property.name="Now"]', 'Take the instant that is handed in (act.now); only kernel/time.ts asks the machine.'],
]
const ENVIRONMENT = [['MemberExpression[object.name="process"][property.name="env"]', 'Only config.ts reads the environment; the rest is told.']]
const NAMES = [
  ['ExportDefaultDeclaration', 'Export by name: one word per thing, everywhere the same.'],
  ['ClassDeclaration[id.name=/(Service|Manager|Helper|Utils?)$/]', 'Say what it is, or make it a function.'],
]
const refuse = (...groups) => ['error', ...groups.flat().map(([selector, message]) => ({ selector, message }))]

const PROMISES = {
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
}
const UNUSED = ['error', { argsIgnorePattern: '^_', caughtErrors: 'none', ignoreRestSiblings: true }]

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.data/', '.cache/', 'bench/', '**/*.d.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['{src,plugins,sandbox,test}/**/*.ts'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: { parser: tseslint.parser, parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...PROMISES,
      '@typescript-eslint/no-unused-vars': UNUSED,
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      'max-lines': ['error', 300],
      'max-len': ['error', { code: 200, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['{src,plugins,sandbox}/**/*.ts'],
    rules: {
      'max-lines-per-function': ['error', 70],
      'no-restricted-imports': ['error', { paths: [{ name: 'stripe', message: 'M2: only billing/stripe.ts knows Stripe.' }] }],
      'no-restricted-syntax': refuse(CLOCK, ENVIRONMENT, NAMES),
    },
  },
  { files: ['src/billing/stripe.ts'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['src/kernel/time.ts', 'sandbox/clock.ts'], rules: { 'no-restricted-syntax': refuse(ENVIRONMENT, NAMES) } },
  { files: ['src/{config,main,sandbox-process}.ts', 'src/embedded/**', 'sandbox/{main,server}.ts'], rules: { 'no-restricted-syntax': refuse(CLOCK, NAMES) } },
  { files: ['sandbox/main.ts'], rules: { 'no-console': 'off' } },
  { files: ['test/**'], rules: { '@typescript-eslint/no-explicit-any': 'off' } }, // answers of the API have whatever shape was asked for
  {
    files: ['scripts/**/*.mjs', '*.{js,cjs}'],
    languageOptions: { sourceType: 'module' },
    rules: { 'no-unused-vars': UNUSED, 'max-lines': ['error', 400], 'max-lines-per-function': ['error', 70], eqeqeq: 'error', 'prefer-const': 'error' },
  },
)
