export * from '../version.ts'
