import 'reflect-metadata'
import { defineConfig } from 'drizzle-kit'

// Reads the compiled tables: drizzle-kit's own loader does not follow `.js` imports to TypeScript.
export default defineConfig({ dialect: 'postgresql', schema: './dist/src/**/*.table.js', out: './drizzle' })
