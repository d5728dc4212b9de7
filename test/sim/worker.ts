import { parentPort } from 'node:worker_threads'
import { perform } from './perform.ts'
import type { Task } from './pool.ts'

parentPort?.on('message', (task: Task) => void perform(task).then(result => parentPort?.postMessage(result)))
