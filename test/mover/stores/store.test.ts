import { conform } from './conformance.ts'
import { memoryStore } from './memory.ts'

conform({ name: 'memory', open: async () => memoryStore() })
